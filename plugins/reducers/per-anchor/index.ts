import { definePlugin, z } from 'ablate-ml';
import { perAnchor } from './per-anchor.ts';

/** The mean over anchors of their means. */
export default definePlugin({
  kind: 'reducer',
  name: 'per-anchor',
  summary: 'The mean over anchors of their means',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => perAnchor(),
});
