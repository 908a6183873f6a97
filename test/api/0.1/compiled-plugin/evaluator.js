// As TypeScript compiled it against ablate-ml 0.1.0. Never to be changed.
import { definePlugin, z } from 'ablate-ml';
export default definePlugin({
  kind: 'evaluator',
  name: 'compiled-evaluator',
  summary: 'An evaluator of the first version of the contracts.',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  roles: () => ['test'],
  predictions: true,
  create: () => ({
    async evaluate({ role, split }) {
      const { labels, predictions } = await split(role);
      return {
        metrics: {
          'compiled-accuracy': labels.filter((label, row) => label === predictions[row]).length / labels.length,
        },
      };
    },
  }),
});
