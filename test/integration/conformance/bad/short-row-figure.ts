import { definePlugin, z, type Figure } from 'ablate-ml';

/** A figure whose table lacks a cell. */
export default definePlugin({
  kind: 'figure',
  name: 'short-row-figure',
  summary: 'a row of one cell under two columns',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (): Figure => ({
    draw: async (panels) => ({
      name: 'short-row',
      title: 'Short',
      description: 'A number.',
      vega: { width: 10, height: 10, marks: [] },
      table: { columns: ['run', 'seed'], rows: panels.map(({ title }) => [title]) },
    }),
  }),
});
