import { definePlugin } from 'ablate-ml';
import { initialized } from 'ablate-ml/layers';
import { options, sphereface } from './sphereface.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'sphereface',
  summary: "SphereFace's residual networks of 4 to 64 layers with PReLU and without normalization.",
  framework: '^0.1.0',
  schema: options,
  dim: ({ embedding }) => embedding,
  create: (options, context) => initialized(sphereface(options, context), options, context),
});
