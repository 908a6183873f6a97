import { definePlugin, z } from 'ablate-ml';
import { mobileFacenet } from './mobile-facenet.ts';

const schema = z.strictObject({
  embedding: z.number().int().min(1).default(128).describe('columns of the embedding'),
});

export default definePlugin({
  kind: 'backbone',
  name: 'mobile-facenet',
  summary: 'MobileFaceNet: a million parameters, inverted residual bottlenecks, a global depthwise convolution.',
  framework: '^0.1.0',
  schema,
  dim: ({ embedding }) => embedding,
  create: (options, context) => mobileFacenet(options, context),
});
