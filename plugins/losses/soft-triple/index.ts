import { definePlugin } from 'ablate-ml';
import { options, softTriple } from './soft-triple.ts';

/** SoftTriple: several centers a class. */
export default definePlugin({
  kind: 'loss',
  name: 'soft-triple',
  summary: 'SoftTriple: cosine softmax over several softly chosen centers a class (Qian et al., ICCV 2019)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => softTriple(options, context),
  invariances: () => ['embedding-scale', 'batch-permutation'],
});
