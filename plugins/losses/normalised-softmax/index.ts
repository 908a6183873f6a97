import { definePlugin, marginOptions, z } from 'ablate-ml';
import { normalisedSoftmax } from './normalised-softmax.ts';

/** NormFace: softmax over scaled cosines. */
export default definePlugin({
  kind: 'loss',
  name: 'normalised-softmax',
  summary: 'Softmax over scaled cosines, without margin (NormFace, Wang et al., ACM MM 2017)',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: marginOptions.scale(30).describe('scale of the cosines, the inverse of a temperature'),
  }),
  create: (options) => normalisedSoftmax(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
