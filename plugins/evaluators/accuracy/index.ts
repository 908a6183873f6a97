import { definePlugin, z } from 'ablate-ml';
import { accuracy } from './accuracy.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'accuracy',
  summary: 'Share of images whose predicted class is their own.',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  roles: () => ['test', 'validation'],
  predictions: true,
  metrics: { accuracy: { better: 'higher', range: [0, 1] } },
  create: () => accuracy(),
});
