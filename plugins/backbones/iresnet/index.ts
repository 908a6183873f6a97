import { definePlugin, z } from 'ablate-ml';
import { iresnet } from './iresnet.ts';

const schema = z.strictObject({
  layers: z.union([z.literal(18), z.literal(34), z.literal(50), z.literal(100)]).default(50).describe('layers, as the face literature counts them'),
  embedding: z.number().int().min(1).default(512).describe('columns of the embedding'),
});

export default definePlugin({
  kind: 'backbone',
  name: 'iresnet',
  summary: "ArcFace's improved residual networks of 18, 34, 50 and 100 layers.",
  framework: '^0.1.0',
  schema,
  dim: ({ embedding }) => embedding,
  create: (options, context) => iresnet(options, context),
});
