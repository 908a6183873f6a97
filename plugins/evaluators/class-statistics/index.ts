import { definePlugin, z } from 'ablate-ml';
import { classStatistics } from './class-statistics.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'class-statistics',
  summary: 'How compact the classes are and how far apart, and the norms of the centres that a loss keeps.',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  roles: () => ['test', 'validation'],
  create: () => classStatistics(),
});
