import { definePlugin } from 'ablate-ml';
import { intraPairVariance, options } from './intra-pair-variance.ts';

/** Intra-pair variance loss, to be added to another. */
export default definePlugin({
  kind: 'loss',
  name: 'intra-pair-variance',
  summary:
    'Intra-pair variance loss: draws the similarities of each sort of pairs to their mean (Yu and Tao, ICCV 2019)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => intraPairVariance(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
