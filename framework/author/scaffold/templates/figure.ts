import type { Template } from './template.ts';

/** A figure: the loss by epoch. */
export const figureTemplate: Template = {
  summary: 'The training loss by epoch, a line a run.',
  options: [
    {
      name: 'width',
      zod: 'z.int().min(120)',
      type: 'number',
      default: '312',
      meaning: 'width of the figure in pixels of 1/96 inch; 312 is a column of a paper',
    },
  ],
  maths: ({ camel, pascal, id }) => `import { z⟦, type Figure⟧ } from 'ablate-ml';
import { lineChart } from 'ablate-ml/figures';

/** Nothing is drawn of runs that have no history. The table holds the numbers that are drawn. */
export function ${camel}({ width }⟦: ${pascal}Options⟧)⟦: Figure⟧ {
  return {
    async draw(panels) {
      const lines = panels.map(({ title, history }) => ({ group: title, points: history.flatMap(({ epoch, metrics: { loss } }) => (loss === undefined ? [] : [{ x: epoch, y: loss }])) })).filter(({ points }) => points.length > 0);
      if (lines.length === 0) return undefined;
      return {
        name: '${id}',
        title: 'Training loss by epoch',
        description: \`The training loss of \${lines.length === 1 ? 'one run' : \`\${lines.length} runs\`} by epoch.\`,
        vega: lineChart({ lines, width, x: { title: 'epoch', whole: true }, y: { title: 'loss' } }),
        table: { columns: ['run', 'epoch', 'loss'], rows: lines.flatMap(({ group, points }) => points.map(({ x, y }) => [group, x, y])) },
      };
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  tests: ({ camel }) => `test('a line a run, and nothing without a history', async () => {
  const panel = (title⟦: string⟧, losses⟦: number[]⟧) => ({ title, group: title, seed: 1, point: {}, results: { metrics: {} }, history: losses.map((loss, index) => ({ epoch: index + 1, step: index, metrics: { loss } })), input: async () => undefined });
  const drawing = await ${camel}({ width: 312 }).draw([panel('one', [2, 1]), panel('two', [3])]);
  expect(drawing⟦ as object⟧).toMatchObject({ table: { rows: [['one', 1, 2], ['one', 2, 1], ['two', 1, 3]] } });
  expect(await ${camel}({ width: 312 }).draw([panel('none', [])])).toBeUndefined();
});
`,
  equation: '    Mean loss over the steps of each epoch.',
  limits: 'Losses of different kinds are on different scales: compare runs of one loss.',
  spec: 'figures: [USE]',
  replaces: [],
};
