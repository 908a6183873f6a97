import { definePlugin, z } from 'ablate-ml';
import { lenetPlusPlus } from './lenet-plus-plus.ts';

const schema = z.strictObject({
  embedding: z.number().int().min(1).default(2).describe('columns of the embedding'),
  convolutionsPerStage: z
    .union([z.literal(1), z.literal(2)])
    .default(2)
    .describe("convolutions in each of the three stages: 2 is the paper's, 1 is four times cheaper"),
  normalizeEmbedding: z
    .enum(['none', 'batch'])
    .default('none')
    .describe('`batch` puts batch normalization on the embedding, so that it fills all directions'),
});

export default definePlugin({
  kind: 'backbone',
  name: 'lenet-plus-plus',
  summary: 'LeNet++ of the center loss paper: six 5×5 convolutions with PReLU and a 2-D embedding.',
  framework: '^0.1.0',
  schema,
  dim: ({ embedding }) => embedding,
  create: (options, context) => lenetPlusPlus(options, context),
});
