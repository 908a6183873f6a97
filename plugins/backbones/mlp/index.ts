import { definePlugin } from 'ablate-ml';
import { initialized } from 'ablate-ml/layers';
import { mlp, options } from './mlp.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'mlp',
  summary: 'Fully connected layers over the pixels: small and quick on every device.',
  framework: '^0.1.0',
  schema: options,
  dim: ({ embedding }) => embedding,
  create: (options, context) => initialized(mlp(options, context), options, context),
});
