import { ops, parameterOf, tf, withoutGradient, z, type ClassContext, type Loss, type LossInput } from 'ablate-ml';
import { normalize } from 'ablate-ml/losses';
import { normal } from 'ablate-ml/layers';

export const options = z.strictObject({
  temperature: z
    .number()
    .positive('temperature must be above 0: the cosines are divided by it')
    .default(0.07)
    .describe('τ: what the cosines are divided by'),
  queue: z
    .int('queue counts keys')
    .positive('queue counts keys and must be at least 1')
    .default(4096)
    .describe('K: keys of past batches that are negatives'),
  symmetric: z
    .boolean()
    .default(false)
    .describe("both views are queries, and both are keys; else the first is the query and the second's key is queued"),
});

/** Options of MoCo. */
export type MocoOptions = z.output<typeof options>;

/**
 * Computes momentum contrast (He et al., CVPR 2020, eq. 1 and algorithm 1): −ln(exp(q·k₊/τ) / Σ exp(q·k/τ)) over the
 * key k₊ of the other view and the queue, unit rows all; keys come of the averaged net and are constant.
 */
export function moco(options: MocoOptions, { dim, streams }: Pick<ClassContext, 'dim' | 'streams'>): Loss {
  // unit rows at random until keys have taken their places, as in the authors' code
  const initial = tf.tidy(() => normalize(normal([options.queue, dim], 1, streams.stream('queue'))));
  const queue = parameterOf('queue', initial, 'state');
  const keysOf = ({ averaged }: LossInput): tf.Tensor2D[] =>
    averaged!.map((view) => withoutGradient(() => normalize(view)));
  const contrast = (view: tf.Tensor2D, keys: tf.Tensor2D): tf.Scalar => {
    const queries = normalize(view);
    const positive = tf.sum(tf.mul(queries, keys), 1, true);
    const negatives = tf.matMul(queries, queue.variable, false, true);
    const logits = tf.div(tf.concat([positive, negatives], 1), options.temperature) as tf.Tensor2D;
    return tf.mean(ops.crossEntropy(logits, tf.zeros([view.shape[0]], 'int32')));
  };
  return {
    parameters: [queue],
    forward(input) {
      const [first, second] = input.views as [tf.Tensor2D, tf.Tensor2D];
      const [firstKeys, secondKeys] = keysOf(input) as [tf.Tensor2D, tf.Tensor2D];
      const one = contrast(first, secondKeys);
      return { value: options.symmetric ? tf.div(tf.add(one, contrast(second, firstKeys)), 2) : one };
    },
    update(input) {
      const keys = options.symmetric ? keysOf(input) : keysOf(input).slice(1);
      queue.variable.assign(tf.slice(tf.concat([...keys, queue.variable]), 0, options.queue) as tf.Tensor2D);
    },
  };
}
