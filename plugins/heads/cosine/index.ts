import { definePlugin, z } from 'ablate-ml';
import { cosine } from './cosine.ts';

const schema = z.strictObject({
  subCenters: z.number().int().min(1).max(100).default(1).describe('K, sub-centers a class; the nearest one counts'),
});

export default definePlugin({
  kind: 'head',
  name: 'cosine',
  summary: 'Cosines of the angles between embedding and class weights, with sub-centers by option.',
  framework: '^0.1.0',
  schema,
  gives: ({ subCenters }) => ({ scores: 'cosine', subCenters }),
  create: (options, context) => cosine(options, context),
});
