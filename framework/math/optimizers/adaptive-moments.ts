import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../../contracts/optimizer.ts';
import { ops } from '../ops/ops.ts';
import { scalars } from './scalars.ts';
import { Slots } from './slots.ts';
import { weightDecayOf } from './weight-decay-of.ts';

/** Numbers of Adam and AdamW. */
export interface AdaptiveMomentsOptions {
  /** Decay of the running mean of gradients, in [0, 1). */
  readonly beta1: number;
  /** Decay of the running mean of squared gradients, in [0, 1). */
  readonly beta2: number;
  /** Added to the root of the second moment. */
  readonly epsilon: number;
  /** Weight decay coefficient. */
  readonly weightDecay: number;
}

/**
 * Makes Adam (Kingma and Ba, ICLR 2015, algorithm 1), step for step as PyTorch's.
 *
 * @param decay `coupled`: weight decay is added to the gradient (L2 regularization); `decoupled`: the weights shrink by
 * rate · decay
 *   before the step (Loshchilov and Hutter, ICLR 2019, algorithm 2)
 */
export function adaptiveMoments(options: AdaptiveMomentsOptions, decay: 'coupled' | 'decoupled'): Optimizer {
  const slots = new Slots(['first-moment', 'second-moment']);
  return {
    prepare: (parameters) => slots.prepare(parameters),
    get slots() {
      return slots.all;
    },
    apply(updates, rate, step) {
      const { beta1, beta2, epsilon, weightDecay } = options;
      const correction1 = 1 - beta1 ** (step + 1);
      const correction2 = Math.sqrt(1 - beta2 ** (step + 1));
      tf.tidy(() => {
        const scalar = scalars();
        const steps = updates.map(({ parameter, gradient }) => {
          const [first, second] = [slots.of(parameter, 'first-moment'), slots.of(parameter, 'second-moment')];
          const ownRate = rate * (parameter.group?.rateMultiple ?? 1);
          const coefficient = weightDecayOf(parameter, weightDecay);
          const { variable } = parameter;
          const coupled = coefficient !== 0 && decay === 'coupled';
          const slope = coupled ? tf.add(gradient, tf.mul(variable, scalar(coefficient))) : gradient;
          if (coefficient !== 0 && !coupled) variable.assign(tf.mul(variable, scalar(1 - ownRate * coefficient)));
          return { weights: variable, first, second, gradient: slope, rate: ownRate };
        });
        ops.adamSteps(steps, { beta1, beta2, epsilon, correction1, correction2, scalar });
      });
    },
  };
}
