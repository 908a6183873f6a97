import { customGradient, tf, z, type Regularizer } from 'ablate-ml';

export const options = z.strictObject({
  p: z.number().min(1, 'p of a norm is at least 1').default(2).describe('p of the norm'),
  power: z
    .number()
    .min(1, 'power is at least 1: below, the slope at 0 is infinite')
    .default(1)
    .describe('what the norm is raised to'),
});

/** Options of the regularizer `lp`. */
export type LpOptions = z.output<typeof options>;

/** Penalizes rows by the mean of ‖x‖_p^power; a norm of 0 has gradient 0. */
export function lp(options: LpOptions): Regularizer {
  return { penalty: (rows) => tf.mean(tf.pow(norms(rows, options.p), options.power)) as tf.Scalar };
}

/**
 * ‖x‖_p of each row, `[batch]`, by parts of its largest entry, whose power is in range; d/dx = sign(x) (|x| / ‖x‖)^(p −
 * 1).
 */
function norms(rows: tf.Tensor2D, p: number): tf.Tensor1D {
  return customGradient([rows], (x) => {
    const sizes = tf.abs(x!);
    const largest = tf.max(sizes, 1, true);
    const parts = tf.pow(tf.sum(tf.pow(tf.divNoNan(sizes, largest), p), 1), 1 / p);
    const norm = tf.mul(tf.squeeze(largest, [1]), parts) as tf.Tensor1D;
    return {
      value: norm,
      saved: [x!, norm],
      gradient: (dy, [kept, length]) => {
        const shares = tf.divNoNan(tf.abs(kept!), tf.expandDims(length!, 1));
        // `tf.sign` of what is below 1e-7 is 0 on WebAssembly.
        const signs = tf.divNoNan(kept!, tf.abs(kept!));
        return tf.mul(tf.mul(signs, tf.pow(shares, p - 1)), tf.expandDims(dy, 1));
      },
    };
  });
}
