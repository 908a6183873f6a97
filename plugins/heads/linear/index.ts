import { definePlugin } from 'ablate-ml';
import { linear, options } from './linear.ts';

export default definePlugin({
  kind: 'head',
  name: 'linear',
  summary: 'Logits: inner products of embedding and class weights, plus a bias.',
  framework: '^0.1.0',
  schema: options,
  gives: () => ({ scores: 'linear', subCenters: 1 }),
  create: (options, context) => linear(options, context),
});
