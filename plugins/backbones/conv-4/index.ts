import { definePlugin } from 'ablate-ml';
import { initialized } from 'ablate-ml/layers';
import { conv4, options } from './conv-4.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'conv-4',
  summary: 'Four blocks of 3×3 convolution, batch normalization, ReLU and pooling: the few-shot standard.',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => initialized(conv4(options, context), options, context),
});
