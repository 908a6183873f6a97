import { definePlugin } from 'ablate-ml';
import { embeddingSphere, options } from './embedding-sphere.ts';

export default definePlugin({
  kind: 'figure',
  name: 'embedding-sphere',
  summary: 'Three-dimensional embeddings on the unit sphere, for losses on angles.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => embeddingSphere(options),
});
