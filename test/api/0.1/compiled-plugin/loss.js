// As TypeScript compiled it against ablate-ml 0.1.0. Never to be changed.
import { definePlugin, tf, z } from 'ablate-ml';
import { classificationLoss, replaceTarget, targetCosine } from 'ablate-ml/losses';
export default definePlugin({
  kind: 'loss',
  name: 'compiled-loss',
  summary: 'A loss of the first version of the contracts.',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: z.number().positive().default(8).describe('scale'),
    m: z.number().min(0).default(0.1).describe('margin'),
  }),
  create: (options) =>
    classificationLoss((scores) =>
      tf.mul(options.s, replaceTarget(scores.values, scores.target, tf.sub(targetCosine(scores), options.m))),
    ),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
