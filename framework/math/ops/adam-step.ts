import * as tf from '@tensorflow/tfjs';

/** Numbers of a step of Adam. */
export interface AdamStep {
  readonly rate: number;
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
 * algorithm 1), in the three variables. The caller tidies.
 */
export function adamStep(
  weights: tf.Variable,
  first: tf.Variable,
  second: tf.Variable,
  gradient: tf.Tensor,
  { rate, beta1, beta2, epsilon, correction1, correction2, scalar }: AdamStep,
): void {
  first.assign(tf.add(tf.mul(first, scalar(beta1)), tf.mul(gradient, scalar(1 - beta1))));
  second.assign(tf.add(tf.mul(second, scalar(beta2)), tf.mul(tf.square(gradient), scalar(1 - beta2))));
  // √(v / c₂²) + ε = (√v + ε c₂) / c₂: the correction goes into two scalars instead of two tensors.
  const spread = tf.add(tf.sqrt(second), scalar(epsilon * correction2));
  weights.assign(tf.sub(weights, tf.mul(tf.div(first, spread), scalar((rate * correction2) / correction1))));
}
