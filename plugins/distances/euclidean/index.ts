import { definePlugin, z } from 'ablate-ml';
import { euclidean } from './euclidean.ts';

/** The Euclidean distance. */
export default definePlugin({
  kind: 'distance',
  name: 'euclidean',
  summary: 'The Euclidean distance',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => euclidean(),
});
