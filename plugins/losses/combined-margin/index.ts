import { definePlugin } from 'ablate-ml';
import { combinedMargin, options } from './combined-margin.ts';

/** The three margins together. */
export default definePlugin({
  kind: 'loss',
  name: 'combined-margin',
  summary: 'Margins multiplying the angle, added to it and taken from the cosine (Deng et al., CVPR 2019, eq. 4)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => combinedMargin(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
