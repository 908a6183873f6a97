import { definePlugin, z } from 'ablate-ml';
import { classStatistics } from './class-statistics.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'class-statistics',
  summary: 'How compact the classes are and how far apart, and the norms of the centers that a loss keeps.',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  roles: () => ['test', 'validation'],
  metrics: {
    'unit-intra-class-distance': { better: 'lower', range: [0, Infinity] },
    'unit-inter-class-distance': { better: 'higher', range: [0, Infinity] },
    '*intra-inter-ratio': { better: 'lower', range: [0, Infinity] },
    // Distances grow with the embedding's norm, of which a loss has its own.
    'intra-class-distance': { better: 'neither', range: [0, Infinity] },
    'inter-class-distance': { better: 'neither', range: [0, Infinity] },
    'center-norm-mean*': { better: 'neither', range: [0, Infinity] },
  },
  create: () => classStatistics(),
});
