import * as tf from '@tensorflow/tfjs';

/** A variable, its moments and its gradient, of one shape, and what is its own in a step. */
export interface AdamUpdate {
  readonly weights: tf.Variable;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly rate: number;
}

/** Numbers of a step of Adam that all variables share. */
export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Bias corrections: 1 − β₁ᵗ and √(1 − β₂ᵗ). */
  readonly correction1: number;
  readonly correction2: number;
  /** A number as a tensor, made once for all parameters of a step. */
  scalar(value: number): tf.Scalar;
}

/**
 * Updates m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; w ← w − rate · m̂ / (√v̂ + ε) (Kingma and Ba, ICLR 2015,
 * algorithm 1), in the variables. The caller tidies.
 */
export function adamSteps(
  updates: readonly AdamUpdate[],
  { beta1, beta2, epsilon, correction1, correction2, scalar }: AdamSettings,
): void {
  for (const { weights, first, second, gradient, rate } of updates) {
    first.assign(tf.add(tf.mul(first, scalar(beta1)), tf.mul(gradient, scalar(1 - beta1))));
    second.assign(tf.add(tf.mul(second, scalar(beta2)), tf.mul(tf.square(gradient), scalar(1 - beta2))));
    // √(v / c₂²) + ε = (√v + ε c₂) / c₂: the correction goes into two scalars instead of two tensors.
    const spread = tf.add(tf.sqrt(second), scalar(epsilon * correction2));
    weights.assign(tf.sub(weights, tf.mul(tf.div(first, spread), scalar((rate * correction2) / correction1))));
  }
}
