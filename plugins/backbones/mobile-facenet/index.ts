import { definePlugin } from 'ablate-ml';
import { initialized } from 'ablate-ml/layers';
import { mobileFacenet, options } from './mobile-facenet.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'mobile-facenet',
  summary: 'MobileFaceNet: a million parameters, inverted residual bottlenecks, a global depthwise convolution.',
  framework: '^0.1.0',
  schema: options,
  dim: ({ embedding }) => embedding,
  create: (options, context) => initialized(mobileFacenet(options, context), options, context),
});
