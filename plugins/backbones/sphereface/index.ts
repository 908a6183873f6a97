import { definePlugin, z } from 'ablate-ml';
import { sphereface } from './sphereface.ts';

const schema = z.strictObject({
  layers: z
    .union([z.literal(4), z.literal(10), z.literal(20), z.literal(36), z.literal(64)])
    .default(20)
    .describe('convolutions, as the paper counts layers'),
  embedding: z.number().int().min(1).default(512).describe('columns of the embedding'),
});

export default definePlugin({
  kind: 'backbone',
  name: 'sphereface',
  summary: "SphereFace's residual networks of 4 to 64 layers with PReLU and without normalization.",
  framework: '^0.1.0',
  schema,
  dim: ({ embedding }) => embedding,
  create: (options, context) => sphereface(options, context),
});
