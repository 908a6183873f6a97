import { customGradient, tf, z, type Loss } from 'ablate-ml';

export const options = z.strictObject({
  p: z.number().min(1, 'p of a norm is at least 1').default(2).describe('p of the norm'),
  power: z
    .number()
    .min(1, 'power is at least 1: below, the slope at 0 is infinite')
    .default(1)
    .describe('what the norm is raised to'),
});

/** Options of the Lp regularizer. */
export type LpRegularizerOptions = z.output<typeof options>;

/** Computes the mean over the batch of ‖x‖_p^power, on the embedding as it is; a norm of 0 has gradient 0. */
export function lpRegularizer(options: LpRegularizerOptions): Loss {
  return {
    parameters: [],
    forward: ({ embedding }) => ({ value: tf.mean(tf.pow(norms(embedding, options.p), options.power)) as tf.Scalar }),
  };
}

/** ‖x‖_p of each row, `[batch]`; d/dx = sign(x) |x|^(p − 1) / ‖x‖^(p − 1). */
function norms(rows: tf.Tensor2D, p: number): tf.Tensor1D {
  return customGradient([rows], (x) => {
    const norm = tf.pow(tf.sum(tf.pow(tf.abs(x!), p), 1), 1 / p) as tf.Tensor1D;
    return {
      value: norm,
      saved: [x!, norm],
      gradient: (dy, [kept, length]) => {
        const share = tf.mul(tf.step(length!), tf.divNoNan(dy, tf.pow(length!, p - 1)));
        return tf.mul(tf.mul(tf.sign(kept!), tf.pow(tf.abs(kept!), p - 1)), tf.expandDims(share, 1));
      },
    };
  });
}
