import { definePlugin } from 'ablate-ml';
import { initialized } from 'ablate-ml/layers';
import { lenetPlusPlus, options } from './lenet-plus-plus.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'lenet-plus-plus',
  summary: 'LeNet++ of the center loss paper: six 5×5 convolutions with PReLU and a 2-D embedding.',
  framework: '^0.1.0',
  schema: options,
  dim: ({ embedding }) => embedding,
  create: (options, context) => initialized(lenetPlusPlus(options, context), options, context),
});
