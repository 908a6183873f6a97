import { definePlugin } from 'ablate-ml';
import { barlowTwins, options } from './barlow-twins.ts';

/** Barlow Twins of two views. */
export default definePlugin({
  kind: 'loss',
  name: 'barlow-twins',
  summary: 'Barlow Twins: the correlations of two views as the identity (Zbontar et al., ICML 2021)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => barlowTwins(options),
  needs: () => ({ views: 2 }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
