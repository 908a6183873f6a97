import { tf, z, type Reducer } from 'ablate-ml';

export const options = z
  .strictObject({
    low: z.number().nullable().default(0).describe('losses above it count, or null for no bound'),
    high: z.number().nullable().default(null).describe('losses below it count, or null for no bound'),
  })
  .refine(({ low, high }) => low === null || high === null || low < high, {
    message: 'high must be above low: no loss lies between them otherwise',
    path: ['high'],
  });

/** Options of the reducer `threshold`. */
export type ThresholdOptions = z.output<typeof options>;

/** Averages over the losses above `low` and below `high`. */
export function threshold(options: ThresholdOptions): Reducer {
  return {
    weigh({ losses, counts }) {
      const above = options.low === null ? counts : tf.mul(counts, tf.cast(tf.greater(losses, options.low), 'float32'));
      const weights = options.high === null ? above : tf.mul(above, tf.cast(tf.less(losses, options.high), 'float32'));
      return { weights, count: tf.sum(weights) as tf.Scalar };
    },
  };
}
