import { definePlugin, marginOptions, z } from 'ablate-ml';
import { arcface } from './arcface.ts';

/** ArcFace: a margin in the angle. */
export default definePlugin({
  kind: 'loss',
  name: 'arcface',
  summary: 'Additive margin in the angle (ArcFace, Deng et al., CVPR 2019)',
  framework: '^0.1.0',
  schema: z.strictObject({
    s: marginOptions.scale(64).describe('scale of the logits'),
    m: marginOptions.angle('m', 0.5).describe('margin added to the target angle, in radians'),
    guard: z
      .enum(['linear', 'none'])
      .default('linear')
      .describe('where θ > π − m: `linear` takes cosθ − m sin m, `none` keeps cos(θ + m)'),
    easyMargin: z.boolean().default(false).describe('the margin only where cosθ > 0, and cosθ elsewhere'),
    gradient: z
      .enum(['exact', 'straight-through'])
      .default('exact')
      .describe(
        '`straight-through`: the margin counts in the value and not in the gradient, as in code that adds it without recording',
      ),
  }),
  create: (options) => arcface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
