import { AblateError, definePlugin } from 'ablate-ml';
import { adaCos, options } from './ada-cos.ts';

/** AdaCos: a scale that chooses itself. */
export default definePlugin({
  kind: 'loss',
  name: 'ada-cos',
  summary: 'Cosine softmax whose scale chooses itself (AdaCos, Zhang et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => {
    if (context.classes > 1) return adaCos(options, context);
    throw new AblateError(
      'PLUGIN_OPTIONS',
      'ada-cos: its scale follows from the other classes, and the data set has one class only.',
      {
        remedy: 'Use a data set of three classes or more.',
      },
    );
  },
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
