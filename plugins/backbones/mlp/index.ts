import { definePlugin, z } from 'ablate-ml';
import { mlp } from './mlp.ts';

const schema = z.strictObject({
  embedding: z.number().int().min(1).default(64).describe('columns of the embedding'),
  hidden: z
    .array(z.number().int().min(1))
    .default([256, 256])
    .describe(
      'widths of the hidden layers, from the images on; an empty list makes the embedding linear in the pixels',
    ),
  normalizeEmbedding: z
    .enum(['none', 'batch'])
    .default('none')
    .describe('`batch` puts batch normalization on the embedding'),
});

export default definePlugin({
  kind: 'backbone',
  name: 'mlp',
  summary: 'Fully connected layers over the pixels: small and quick on every device.',
  framework: '^0.1.0',
  schema,
  dim: ({ embedding }) => embedding,
  create: (options, context) => mlp(options, context),
});
