import { definePlugin } from 'ablate-ml';
import { center, options } from './center.ts';

/** Center loss, added to a classification loss. */
export default definePlugin({
  kind: 'loss',
  name: 'center',
  summary: 'Center loss: pulls embeddings to their class centers (Wen et al., ECCV 2016)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => center(options, context),
  inexactGradients: ({ update }): Record<string, string> =>
    update === 'released-code' ? { centers: 'the step of the released layer, whatever λ and reduction' } : {},
  invariances: () => ['batch-permutation', 'class-permutation'],
});
