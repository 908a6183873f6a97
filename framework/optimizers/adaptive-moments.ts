import * as tf from '@tensorflow/tfjs';
import type { Optimizer } from '../contracts/optimizer.ts';
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
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1), step for step as PyTorch's.
 *
 * @param decay `coupled`: weight decay is added to the gradient (L2 regularisation); `decoupled`: the weights shrink by rate · decay
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
        for (const { parameter, gradient } of updates) {
          const [first, second] = [slots.of(parameter, 'first-moment'), slots.of(parameter, 'second-moment')];
          const ownRate = rate * (parameter.group?.rateMultiple ?? 1);
          const coefficient = weightDecayOf(parameter, weightDecay);
          let weights: tf.Tensor = parameter.variable;
          let slope = gradient;
          if (coefficient !== 0 && decay === 'coupled') slope = tf.add(slope, tf.mul(weights, scalar(coefficient)));
          if (coefficient !== 0 && decay === 'decoupled') weights = tf.mul(weights, scalar(1 - ownRate * coefficient));
          first.assign(tf.add(tf.mul(first, scalar(beta1)), tf.mul(slope, scalar(1 - beta1))));
          second.assign(tf.add(tf.mul(second, scalar(beta2)), tf.mul(tf.square(slope), scalar(1 - beta2))));
          // √(v / c₂²) + ε = (√v + ε c₂) / c₂: the correction goes into two scalars instead of two tensors.
          const spread = tf.add(tf.sqrt(second), scalar(epsilon * correction2));
          const stride = tf.mul(tf.div(first, spread), scalar((ownRate * correction2) / correction1));
          parameter.variable.assign(tf.sub(weights, stride));
        }
      });
    },
  };
}
