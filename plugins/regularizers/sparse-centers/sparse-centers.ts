import { AblateError, tf, z, type Regularizer } from 'ablate-ml';
import { euclideanDistances, normalize } from 'ablate-ml/losses';

export const options = z.strictObject({
  centersPerClass: z
    .int('centersPerClass counts rows')
    .min(2, 'centersPerClass counts rows of one class: at least 2')
    .describe('K: rows of each class, one after another'),
});

/** Options of the regularizer `sparse-centers`. */
export type SparseCentersOptions = z.output<typeof options>;

/** Penalizes rows by the sum of the distances between the normalized centers of each class, by their number. */
export function sparseCenters(options: SparseCentersOptions): Regularizer {
  const { centersPerClass: each } = options;
  return {
    penalty(rows) {
      const count = rows.shape[0];
      requireWhole(count, each);
      const unit = normalize(rows);
      const classOf = tf.floorDiv(tf.range(0, count, 1, 'int32'), tf.scalar(each, 'int32'));
      const same = tf.cast(tf.equal(tf.expandDims(classOf, 1), tf.expandDims(classOf, 0)), 'float32');
      // Each pair of centers stands in the matrix twice.
      const total = tf.div(tf.sum(tf.mul(same, euclideanDistances(unit, unit))), 2);
      return tf.div(total, count * (each - 1)) as tf.Scalar;
    },
  };
}

function requireWhole(rows: number, each: number): void {
  if (rows % each === 0) return;
  throw new AblateError('PLUGIN_OPTIONS', `sparse-centers: ${rows} rows are no classes of ${each} centers each.`, {
    remedy: 'Give centersPerClass the number that the head has for subCenters.',
  });
}
