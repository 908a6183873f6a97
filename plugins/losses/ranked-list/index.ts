import { definePlugin } from 'ablate-ml';
import { options, rankedList } from './ranked-list.ts';

/** Ranked list loss. */
export default definePlugin({
  kind: 'loss',
  name: 'ranked-list',
  summary: 'Ranked list loss: weighted hinges of all hard pairs of an anchor (Wang et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => rankedList(options),
  needs: () => ({ positives: true, negatives: true }),
  invariances: ({ normalize }) => [
    ...(normalize ? (['embedding-scale'] as const) : []),
    'batch-permutation',
    'class-permutation',
  ],
});
