import { customGradient, differentiated, tf, z, type Loss, type PairParts } from 'ablate-ml';
import { comparedPairs, inBlocks, joinBlocks, pairOptions, rowHasAny } from 'ablate-ml/losses';

export const options = z.strictObject({
  alpha: z
    .number()
    .positive('alpha is an angle in degrees, between 0 and 90')
    .lt(90, 'alpha is an angle in degrees, between 0 and 90')
    .default(45)
    .describe('α: upper bound of the angle at the negative, in degrees'),
  normalize: z.boolean().default(true).describe('divide each embedding by its norm first'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the angular loss. */
export type AngularOptions = z.output<typeof options>;

/**
 * Computes the angular loss (Wang et al., ICCV 2017, eq. 8 and 9): the mean over ordered positive pairs (a, p) of
 * ln(1 + Σ_n exp(4 tan²α (x_a + x_p)·x_n − 2 (1 + tan²α) x_a·x_p)).
 */
export function angular(options: AngularOptions, parts: Omit<PairParts, 'distance'>): Loss {
  const distance = { between: (x: tf.Tensor2D, y: tf.Tensor2D) => tf.neg(tf.matMul(x, y, false, true)) as tf.Tensor2D };
  const { forward } = comparedPairs(
    { ...parts, distance },
    ({ positive, negative, similarities: product, reduce }) => {
      const square = Math.tan((options.alpha * Math.PI) / 180) ** 2;
      const toBoth = sumOverNegatives(tf.mul(4 * square, product), negative);
      const loss = tf.softplus(tf.sub(toBoth, tf.mul(2 * (1 + square), product)));
      return { value: reduce(loss, tf.mul(positive, tf.expandDims(rowHasAny(negative), 1))) };
    },
    options,
  );
  return { parameters: [], forward };
}

/**
 * ln Σ_n exp(v_an + v_pn) over the negatives n of a, which are those of p too: `v [batch, batch]` → `[batch, batch]`.
 * Anchors are taken in blocks, so that memory stays bounded.
 */
function sumOverNegatives(values: tf.Tensor2D, negative: tf.Tensor2D): tf.Tensor2D {
  const rows = values.shape[0];
  return customGradient([values], (given) => {
    const forward = inBlocks(rows, rows ** 2, (begin, count) => {
      const { largest, sum } = terms(given, negative, begin, count);
      return [tf.squeeze(tf.add(largest, tf.log(tf.maximum(sum, 1e-30))), [2])];
    });
    return differentiated({
      value: joinBlocks(forward, 0) as tf.Tensor2D,
      saved: [given, negative],
      gradient: (dy, [kept, mask]) => {
        const backward = inBlocks(rows, rows ** 2, (begin, count) => {
          const { each, sum } = terms(kept, mask, begin, count);
          const slope = tf.mul(tf.divNoNan(each, sum), tf.expandDims(tf.slice(dy, begin, count), 2));
          return [tf.sum(slope, 1), tf.sum(slope, 0)];
        });
        return tf.add(joinBlocks(backward, 0), tf.addN(backward.map((block) => block[1]!)));
      },
    });
  });
}

/** exp(v_an + v_pn − their largest) of some anchors a, `[count, batch, batch]`, with the largest and the sum over n. */
function terms(
  values: tf.Tensor,
  negative: tf.Tensor,
  begin: number,
  count: number,
): { largest: tf.Tensor; each: tf.Tensor; sum: tf.Tensor } {
  const both = tf.add(tf.expandDims(tf.slice(values as tf.Tensor2D, begin, count), 1), tf.expandDims(values, 0));
  const mask = tf.expandDims(tf.slice(negative as tf.Tensor2D, begin, count), 1);
  const kept = tf.where(tf.greater(mask, 0), both, -1e30);
  const largest = tf.max(kept, 2, true);
  const each = tf.mul(tf.exp(tf.sub(kept, largest)), mask);
  return { largest, each, sum: tf.sum(each, 2, true) };
}
