import { definePlugin, z } from 'ablate-ml';
import { nonzeroMean } from './nonzero-mean.ts';

/** The mean over what loses something. */
export default definePlugin({
  kind: 'reducer',
  name: 'nonzero-mean',
  summary: 'The mean over what loses something',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => nonzeroMean(),
});
