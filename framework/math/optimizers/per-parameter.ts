import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../../contracts/optimizer.ts';
import { scalars } from './scalars.ts';
import { Slots } from './slots.ts';
import { weightDecayOf } from './weight-decay-of.ts';

/** One parameter's share of a step. */
export interface ParameterStep {
  readonly weights: tf.Variable;
  /** In the shape of `weights`. */
  readonly gradient: tf.Tensor;
  /** The schedule's rate times the multiple of the parameter's group. */
  readonly rate: number;
  /** Weight decay coefficient; 0 where the parameter has none. */
  readonly decay: number;
  /** Steps that the optimizer has taken before. */
  readonly step: number;
  /** What is kept for the parameter under that name, in its shape. */
  slot(name: string): tf.Variable;
  /** A number as a tensor, made once for all parameters of a step. */
  scalar(value: number): tf.Scalar;
}

/**
 * Makes an optimizer of a rule that looks at one parameter at a time.
 *
 * @param slotNames what is kept for each parameter, zero at the start
 * @param weightDecay coefficient of parameters whose group has none of its own
 * @param rule changes `weights` and slots in place; runs inside `tf.tidy`
 */
export function perParameter(
  slotNames: readonly string[],
  weightDecay: number,
  rule: (update: ParameterStep) => void,
): Optimizer {
  const slots = new Slots(slotNames);
  return {
    prepare: (parameters) => slots.prepare(parameters),
    get slots() {
      return slots.all;
    },
    apply(updates, rate, step) {
      tf.tidy(() => {
        const scalar = scalars();
        for (const { parameter, gradient } of updates)
          rule({
            weights: parameter.variable,
            gradient,
            rate: rate * (parameter.group?.rateMultiple ?? 1),
            decay: weightDecayOf(parameter, weightDecay),
            step,
            slot: (name) => slots.of(parameter, name),
            scalar,
          });
      });
    },
  };
}
