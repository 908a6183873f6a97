import * as tf from '@tensorflow/tfjs';

/** Numbers of a step with momentum. */
export interface MomentumStep {
  readonly rate: number;
  /** Share of the velocity that is kept, in (0, 1). */
  readonly momentum: number;
  /** Looks ahead along the velocity. */
  readonly nesterov: boolean;
  /** Weight decay coefficient: 0 for none. */
  readonly decay: number;
  /** A number as a tensor, made once for all parameters of a step. */
  scalar(value: number): tf.Scalar;
}

/** g ← ∂L/∂w + decay · w; v ← momentum · v + g; w ← w − rate · v (Nesterov: w ← w − rate · (g + momentum · v)), in the two variables. The caller tidies. */
export function momentumStep(weights: tf.Variable, velocity: tf.Variable, gradient: tf.Tensor, { rate, momentum, nesterov, decay, scalar }: MomentumStep): void {
  const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, scalar(decay)));
  velocity.assign(tf.add(tf.mul(velocity, scalar(momentum)), slope));
  const direction = nesterov ? tf.add(slope, tf.mul(velocity, scalar(momentum))) : velocity;
  weights.assign(tf.sub(weights, tf.mul(direction, scalar(rate))));
}
