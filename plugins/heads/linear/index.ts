import { definePlugin, z } from 'ablate-ml';
import { linear } from './linear.ts';

const schema = z.strictObject({
  bias: z.boolean().default(true).describe('whether each class has a bias'),
});

export default definePlugin({
  kind: 'head',
  name: 'linear',
  summary: 'Logits: inner products of embedding and class weights, plus a bias.',
  framework: '^0.1.0',
  schema,
  gives: () => ({ scores: 'linear', subCenters: 1 }),
  create: (options, context) => linear(options, context),
});
