import { definePlugin, z } from 'ablate-ml';
import { mean } from './mean.ts';

/** The mean over everything compared. */
export default definePlugin({
  kind: 'reducer',
  name: 'mean',
  summary: 'The mean over everything compared',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => mean(),
});
