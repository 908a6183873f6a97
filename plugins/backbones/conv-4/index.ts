import { definePlugin, z } from 'ablate-ml';
import { conv4 } from './conv-4.ts';

const schema = z.strictObject({
  embedding: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('columns of a fully connected layer behind the blocks; null for the flat feature maps themselves'),
  channels: z.number().int().min(1).default(64).describe('channels of every block'),
});

export default definePlugin({
  kind: 'backbone',
  name: 'conv-4',
  summary: 'Four blocks of 3×3 convolution, batch normalization, ReLU and pooling: the few-shot standard.',
  framework: '^0.1.0',
  schema,
  create: (options, context) => conv4(options, context),
});
