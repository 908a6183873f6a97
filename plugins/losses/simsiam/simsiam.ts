import { ops, parameterOf, tf, withoutGradient, z, type ClassContext, type Loss, type Parameter } from 'ablate-ml';
import { dense, type Layer } from 'ablate-ml/layers';
import { normalize } from 'ablate-ml/losses';

export const options = z.strictObject({
  hidden: z
    .int('hidden counts units')
    .min(1, 'hidden counts units: at least 1, or null')
    .nullable()
    .default(null)
    .describe(
      "units of the predictor's hidden layer; null: a quarter of the embedding's columns, as in the paper, but 4 at least",
    ),
});

/** Options of SimSiam. */
export type SimsiamOptions = z.output<typeof options>;

/**
 * Computes SimSiam (Chen, He, CVPR 2021, eq. 1 to 4): −½ cos(p₁, z₂) − ½ cos(p₂, z₁), z the embeddings of two views,
 * constant for the gradient, p what a predictor makes of them. The predictor is trained as the loss's own.
 */
export function simsiam(options: SimsiamOptions, { dim, streams }: Pick<ClassContext, 'dim' | 'streams'>): Loss {
  const predictor = predictorOf(dim, options.hidden ?? Math.max(4, Math.round(dim / 4)), streams);
  return {
    parameters: predictor.parameters,
    forward({ views, projections, step }) {
      const mode = { training: true, step };
      const predictions = projections ? views! : views!.map((view) => predictor.apply(view, mode));
      const [p1, p2] = predictions.map(normalize) as [tf.Tensor2D, tf.Tensor2D];
      const targets = (projections ?? views!).map((view) => withoutGradient(() => normalize(view)));
      const [z1, z2] = targets as [tf.Tensor2D, tf.Tensor2D];
      const cosine = (p: tf.Tensor2D, target: tf.Tensor2D): tf.Scalar => tf.mean(tf.sum(tf.mul(p, target), 1));
      const value = tf.mul(-0.5, tf.add(cosine(p1, z2), cosine(p2, z1))) as tf.Scalar;
      return { value, parts: { spread: spreadOf(z1) } };
    },
  };
}

/** Two layers with batch normalization and a rectifier between them (section 4.2), by the statistics of the batch. */
function predictorOf(dim: number, hidden: number, streams: ClassContext['streams']): Layer<tf.Tensor2D, tf.Tensor2D> {
  const random = streams.stream('predictor');
  const first = dense('predictor/first', dim, hidden, random, { bias: false, initial: 'fan-in' });
  const gain = parameterOf('predictor/gain', tf.ones([hidden]), 'offset');
  const offset = parameterOf('predictor/offset', tf.zeros([hidden]), 'offset');
  const second = dense('predictor/second', hidden, dim, random, { initial: 'fan-in' });
  const vector = ({ variable }: Parameter): tf.Tensor1D => variable as tf.Tensor as tf.Tensor1D;
  return {
    parameters: [...first.parameters, gain, offset, ...second.parameters],
    apply(view, mode) {
      const units = first.apply(view, mode);
      const [mean, variance] = [tf.zerosLike(vector(gain)), tf.onesLike(vector(gain))];
      const scales = { gain: vector(gain), offset: vector(offset), epsilon: 1e-5 };
      // one row has no statistics and passes as it is, scaled and moved
      const active =
        view.shape[0] > 1
          ? ops.batchNorm(units, { ...scales, mean, variance, momentum: 0, slope: 0 }).value
          : ops.relu(tf.add(tf.mul(units, vector(gain)), vector(offset)) as tf.Tensor2D);
      return second.apply(active, mode);
    },
  };
}

/** How far the unit rows spread: √dim times the mean deviation of their columns; 0 when all have collapsed into one. */
function spreadOf(units: tf.Tensor2D): tf.Scalar {
  const { variance } = tf.moments(units, 0);
  return tf.mul(Math.sqrt(units.shape[1]), tf.mean(tf.sqrt(variance)));
}
