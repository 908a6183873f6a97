import { definePlugin, z } from 'ablate-ml';
import { cosine } from './cosine.ts';

/** One minus the cosine. */
export default definePlugin({
  kind: 'distance',
  name: 'cosine',
  summary: 'One minus the cosine',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => cosine(),
});
