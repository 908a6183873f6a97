import { definePlugin } from 'ablate-ml';
import { conv4, options } from './conv-4.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'conv-4',
  summary: 'Four blocks of 3×3 convolution, batch normalization, ReLU and pooling: the few-shot standard.',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => conv4(options, context),
});
