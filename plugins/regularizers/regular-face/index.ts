import { definePlugin, z } from 'ablate-ml';
import { regularFace } from './regular-face.ts';

/** Drives rows apart: the largest cosine of each. */
export default definePlugin({
  kind: 'regularizer',
  name: 'regular-face',
  summary: 'Drives rows apart: the largest cosine of each',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => regularFace(),
});
