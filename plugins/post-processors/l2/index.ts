import { definePlugin, z } from 'ablate-ml';
import { l2 } from './l2.ts';

export default definePlugin({
  kind: 'post-processor',
  name: 'l2',
  summary: 'Divides each embedding by its Euclidean norm.',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => l2(),
});
