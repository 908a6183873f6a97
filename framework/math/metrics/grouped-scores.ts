import * as tf from '@tensorflow/tfjs';

/** References whose largest score stands for them: looking at one in 32 first is far cheaper than sorting all. */
export const groupSize = 32;

/**
 * Lays references out for many matrix products, `[columns, count]`, optionally with columns of zeros after them so that
 * groups of `groupSize` come out even. The caller disposes it.
 *
 * @param rows row-major `[count, columns]`
 */
export function transposedReferences(rows: Float32Array, columns: number, grouped: boolean): tf.Tensor2D {
  const count = rows.length / columns;
  const missing = grouped ? (groupSize - (count % groupSize)) % groupSize : 0;
  return tf.tidy(() => {
    const references = tf.tensor2d(rows, [count, columns]);
    return tf.transpose(
      missing > 0
        ? tf.pad(references, [
            [0, missing],
            [0, 0],
          ])
        : references,
    ) as tf.Tensor2D;
  });
}

/**
 * Reshapes scores `[rows, columns]` into groups, `[rows, groups, groupSize]`. Call within `tf.tidy`, as all that
 * follows.
 */
export function groupsOf(scores: tf.Tensor2D): tf.Tensor3D {
  const [rows, columns] = scores.shape;
  return tf.reshape(scores, [rows, columns / groupSize, groupSize]);
}

/**
 * Gathers the groups `[rows, chosen]` of each row, as `[rows, chosen · groupSize]`: their scores, and the reference of
 * each.
 */
export function chosenGroups(
  groups: tf.Tensor3D,
  chosen: tf.Tensor2D,
): { scores: tf.Tensor2D; references: tf.Tensor2D } {
  const [rows, count] = chosen.shape;
  const references = tf.add(tf.mul(tf.expandDims(chosen, 2), groupSize), tf.range(0, groupSize, 1, 'int32'));
  return {
    scores: tf.reshape(tf.gather(groups, chosen, 1, 1), [rows, count * groupSize]),
    references: tf.reshape(references, [rows, count * groupSize]),
  };
}

/**
 * Finds the largest scores of each row, largest first, equal ones by index; the last columns from `count` on are
 * padding. The largest `taken` lie in the `taken` groups with the largest maxima, and one group more makes up for the
 * padding.
 */
export function largestByGroups(
  scores: tf.Tensor2D,
  count: number,
  taken: number,
): { values: tf.Tensor2D; indices: tf.Tensor2D } {
  const groups = groupsOf(scores);
  const best = tf.topk(tf.max(groups, 2), taken + 1, true).indices;
  // In order of index, so that equal scores come out in it too. Floats hold these whole numbers exactly.
  const chosen = tf.cast(
    tf.neg(tf.topk(tf.neg(tf.cast(best, 'float32')), taken + 1, true).values),
    'int32',
  ) as tf.Tensor2D;
  const candidates = chosenGroups(groups, chosen);
  const real = tf.where(tf.less(candidates.references, count), candidates.scores, -Infinity);
  const top = tf.topk(real, taken, true);
  return {
    values: top.values as tf.Tensor2D,
    indices: tf.gather(candidates.references, top.indices, 1, 1) as tf.Tensor2D,
  };
}
