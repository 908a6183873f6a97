import { definePlugin } from 'ablate-ml';
import { options, sampled } from './sampled.ts';

export default definePlugin({
  kind: 'head',
  name: 'sampled',
  summary:
    "Class weights of very many classes: each step plays the batch's classes and a sample of the others (Partial FC).",
  framework: '^0.1.0',
  schema: options,
  gives: ({ scores }) => ({ scores, subCenters: 1 }),
  create: (options, context) => sampled(options, context),
});
