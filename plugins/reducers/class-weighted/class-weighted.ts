import { AblateError, tf, z, type Reducer } from 'ablate-ml';

export const options = z.strictObject({
  weights: z
    .array(z.number().min(0, 'a weight of a class cannot be negative'))
    .min(1, 'weights has a number for each training class')
    .describe('the weight of each class, in the order of the classes'),
});

/** Options of the reducer `class-weighted`. */
export type ClassWeightedOptions = z.output<typeof options>;

/** Averages the losses, each times the weight of its anchor's class. */
export function classWeighted(options: ClassWeightedOptions): Reducer {
  return {
    weigh({ counts, labels }) {
      const ofClass = tf.tensor1d([...options.weights]);
      const shape = [labels.size, ...counts.shape.slice(1).map(() => 1)];
      const ofAnchor = tf.reshape(tf.gather(ofClass, labels), shape);
      return { weights: tf.mul(counts, ofAnchor), count: tf.sum(counts) as tf.Scalar };
    },
  };
}

/**
 * Checks that every training class has a weight.
 *
 * @throws AblateError PLUGIN_OPTIONS
 */
export function requireClasses({ weights }: ClassWeightedOptions, classes: number): void {
  if (weights.length === classes) return;
  throw new AblateError(
    'PLUGIN_OPTIONS',
    `class-weighted: there are ${weights.length} weights for ${classes} training classes.`,
    { remedy: 'Give weights a number for each training class.' },
  );
}
