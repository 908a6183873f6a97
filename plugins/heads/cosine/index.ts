import { definePlugin } from 'ablate-ml';
import { cosine, options } from './cosine.ts';

export default definePlugin({
  kind: 'head',
  name: 'cosine',
  summary: 'Cosines of the angles between embedding and class weights, with sub-centers by option.',
  framework: '^0.1.0',
  schema: options,
  gives: ({ subCenters }) => ({ scores: 'cosine', subCenters }),
  create: (options, context) => cosine(options, context),
});
