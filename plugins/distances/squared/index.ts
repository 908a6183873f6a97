import { definePlugin, z } from 'ablate-ml';
import { squared } from './squared.ts';

/** The squared Euclidean distance. */
export default definePlugin({
  kind: 'distance',
  name: 'squared',
  summary: 'The squared Euclidean distance',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => squared(),
});
