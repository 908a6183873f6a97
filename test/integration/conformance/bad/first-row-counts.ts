import { definePlugin, z, type Evaluator } from 'ablate-ml';

/** An evaluator that reports the label of the first row. */
export default definePlugin({
  kind: 'evaluator',
  name: 'first-row-counts',
  summary: 'a metric of the order',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  metrics: { 'first-error': { better: 'neither', range: [-1, Infinity] } },
  create: (): Evaluator => ({
    async evaluate({ role, split }) {
      const { labels, predictions } = (await split(role))!;
      const wrong = labels.findIndex((label, row) => label !== predictions![row]);
      return { metrics: { 'first-error': wrong } };
    },
  }),
});
