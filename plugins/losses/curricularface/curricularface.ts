import { parameterOf, tf, withoutGradient, z, type Scores } from 'ablate-ml';
import {
  classificationOptions,
  type ClassificationOptionsOf,
  angularMargin,
  classificationLoss,
  cosOfAnglePlus,
  marginOptions,
  replaceTarget,
  targetCosine,
  type ClassificationLoss,
} from 'ablate-ml/losses';

export const options = z.strictObject({
  s: marginOptions.scale(64).describe('scale of the logits'),
  m: marginOptions.angle('m', 0.5).describe('margin added to the target angle, in radians'),
  momentum: marginOptions
    .share('momentum', 0.01)
    .describe('share of the batch in the running mean t of the target cosines'),
  ...classificationOptions,
});

/** Options of CurricularFace. */
export type CurricularfaceOptions = ClassificationOptionsOf<z.output<typeof options>>;

/**
 * Makes CurricularFace (Huang et al., CVPR 2020, eq. 5 to 8): ArcFace whose hard negatives, those with cosθ_j > cos(θ_y
 * + m), become cosθ_j (t + cosθ_j). t is the running mean of the target cosines: 0 at the start, so that easy samples
 * come first.
 */
export function curricularface(options: CurricularfaceOptions): ClassificationLoss {
  const t = parameterOf('t', tf.scalar(0), 'state');
  const nextT = (scores: Scores): tf.Scalar =>
    withoutGradient(() =>
      tf.add(tf.mul(options.momentum, tf.mean(targetCosine(scores))), tf.mul(1 - options.momentum, t.variable)),
    );
  const loss = classificationLoss((scores) => {
    const { s, m } = options;
    const { values, target } = scores;
    const cosine = targetCosine(scores);
    const hard = withoutGradient(() => tf.greater(values, tf.expandDims(cosOfAnglePlus(cosine, m), 1)));
    const others = tf.where(hard, tf.mul(values, tf.add(nextT(scores), values)), values) as tf.Tensor2D;
    return tf.mul(s, replaceTarget(others, target, angularMargin(cosine, m, { guard: 'linear', easyMargin: false })));
  }, options);
  return {
    ...loss,
    parameters: [t],
    update: ({ scores }) => t.variable.assign(nextT(scores!)),
  };
}
