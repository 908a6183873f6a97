import type { Template } from './template.ts';

/** An evaluator: the share of wrong predictions. */
export const evaluatorTemplate: Template = {
  summary: 'Share of images whose predicted class is not their own.',
  options: [],
  maths: ({ camel, id }) => `⟦import type { Evaluation, Evaluator } from 'ablate-ml';

⟧/** Images of no class (−1) are left out. The order of the rows must not matter. */
export function ${camel}()⟦: Evaluator⟧ {
  return {
    async evaluate({ role, split })⟦: Promise<Evaluation>⟧ {
      const { labels, predictions } = (await split(role)) ?? {};
      if (!labels || !predictions) return { metrics: {} };
      const known = [...labels.keys()].filter((row) => labels[row]⟦!⟧ >= 0);
      const wrong = known.filter((row) => labels[row] !== predictions[row]);
      return { metrics: known.length > 0 ? { '${id}': wrong.length / known.length } : {} };
    },
  };
}
`,
  manifest: ({ camel, id }) => `  roles: () => ['test', 'validation'],
  metrics: { '${id}': { better: 'lower', range: [0, 1] } },
  predictions: true,
  create: () => ${camel}(),`,
  tests: ({ camel, id }) => `test('a third is wrong', async () => {
  const split = { role: 'test', dim: 1, embeddings: new Float32Array(4), labels: Int32Array.of(0, 1, 1, -1), predictions: Int32Array.of(0, 1, 0, 0), classNames: ['a', 'b'] }⟦ as const⟧;
  const { metrics } = await ${camel}().evaluate({ role: 'test', split: async () => split, pairs: async () => undefined, centers: new Map(), trainingImages: 3, seed: 1 });
  expect(metrics['${id}']).toBeCloseTo(1 / 3, 12);
});
`,
  equation: '    error = #{i : argmax_j score_ij ≠ y_i} / n',
  limits: 'Needs a head, and a split of the classes seen in training.',
  spec: 'evaluate: [USE, accuracy]',
  replaces: ['evaluate'],
};
