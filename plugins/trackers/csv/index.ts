import { definePlugin } from 'ablate-ml';
import { csv, options } from './csv.ts';

export default definePlugin({
  kind: 'tracker',
  name: 'csv',
  summary: 'Writes every metric of a run to metrics.csv in its folder, one a line, for pandas, R or a spreadsheet.',
  framework: '^0.1.0',
  schema: options,
  create: csv,
});
