import { tf, z, type Miner } from 'ablate-ml';
import { argMaxMask, minerDistance } from 'ablate-ml/losses';

const range = (sort: string): z.ZodDefault<z.ZodNullable<z.ZodTuple<[z.ZodNumber, z.ZodNumber], null>>> =>
  z
    .tuple([z.number(), z.number()])
    .nullable()
    .default(null)
    .describe(`lowest and highest distance of ${sort} that count, or null for all`);

export const options = z
  .strictObject({
    positive: z.enum(['easy', 'hard', 'semi-hard']).default('easy').describe("which of an anchor's positives"),
    negative: z.enum(['easy', 'hard', 'semi-hard']).default('hard').describe("which of an anchor's negatives"),
    positiveRange: range('positives'),
    negativeRange: range('negatives'),
    distance: minerDistance,
  })
  .refine(({ positive, negative }) => positive !== 'semi-hard' || negative !== 'semi-hard', {
    message: 'one of them alone can be semi-hard: it is chosen by the other',
    path: ['negative'],
  });

/** Options of the miner `batch-easy-hard`. */
export type BatchEasyHardOptions = z.output<typeof options>;

/** Chooses a triplet an anchor by how hard its positive and its negative are. */
export function batchEasyHard(options: BatchEasyHardOptions): Miner {
  return {
    mine({ distances, positive, negative }) {
      const [positives, negatives] = [
        within(positive, distances, options.positiveRange),
        within(negative, distances, options.negativeRange),
      ];
      const nearest = (mask: tf.Tensor): tf.Tensor2D => argMaxMask(tf.neg(distances), mask) as tf.Tensor2D;
      const farthest = (mask: tf.Tensor): tf.Tensor2D => argMaxMask(distances, mask) as tf.Tensor2D;
      /** The distances of what was chosen, `[anchors, 1]`; 0 where nothing was. */
      const to = (mask: tf.Tensor2D): tf.Tensor2D => tf.sum(tf.mul(distances, mask), 1, true);
      const positiveOf = (beyond?: tf.Tensor2D): tf.Tensor2D =>
        options.positive === 'easy'
          ? nearest(positives)
          : farthest(beyond ? tf.mul(positives, tf.step(tf.sub(to(beyond), distances))) : positives);
      const negativeOf = (beyond?: tf.Tensor2D): tf.Tensor2D =>
        options.negative === 'easy'
          ? farthest(negatives)
          : nearest(beyond ? tf.mul(negatives, tf.step(tf.sub(distances, to(beyond)))) : negatives);
      const firstNegative = options.positive === 'semi-hard' ? negativeOf() : undefined;
      const p = positiveOf(firstNegative);
      const n = firstNegative ?? negativeOf(options.negative === 'semi-hard' ? p : undefined);
      const both = tf.mul(tf.max(p, 1, true), tf.max(n, 1, true));
      return { positive: tf.mul(p, both), negative: tf.mul(n, both), single: true };
    },
  };
}

function within(mask: tf.Tensor2D, distances: tf.Tensor2D, bounds: readonly [number, number] | null): tf.Tensor2D {
  if (bounds === null) return mask;
  const inside = tf.logicalAnd(tf.greaterEqual(distances, bounds[0]), tf.lessEqual(distances, bounds[1]));
  return tf.mul(mask, tf.cast(inside, 'float32'));
}
