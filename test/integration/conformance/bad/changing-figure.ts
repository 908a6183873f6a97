import { definePlugin, z, type Figure } from 'ablate-ml';

/** A figure with a random number in it. */
export default definePlugin({
  kind: 'figure',
  name: 'changing-figure',
  summary: 'another picture each time',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (): Figure => ({
    draw: async (panels) => ({
      name: 'changing',
      title: 'Changing',
      description: 'A number.',
      vega: { width: 10, height: 10, marks: [], description: String(Math.random()) },
      table: { columns: ['runs'], rows: [[panels.length]] },
    }),
  }),
});
