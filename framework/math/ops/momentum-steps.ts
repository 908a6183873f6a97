import * as tf from '@tensorflow/tfjs';

/** A variable, its velocity and its gradient, of one shape, and what is its own in a step. */
export interface MomentumUpdate {
  readonly weights: tf.Variable;
  readonly velocity: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly rate: number;
  /** Weight decay coefficient: 0 for none. */
  readonly decay: number;
}

/** Numbers of a step with momentum that all variables share. */
export interface MomentumSettings {
  /** Share of the velocity that is kept, in (0, 1). */
  readonly momentum: number;
  /** Looks ahead along the velocity. */
  readonly nesterov: boolean;
  /** A number as a tensor, made once for all parameters of a step. */
  scalar(value: number): tf.Scalar;
}

/**
 * Updates g ← ∂L/∂w + decay · w; v ← momentum · v + g; w ← w − rate · v (Nesterov: w ← w − rate · (g + momentum · v)),
 * in the variables. The caller tidies.
 */
export function momentumSteps(
  updates: readonly MomentumUpdate[],
  { momentum, nesterov, scalar }: MomentumSettings,
): void {
  for (const { weights, velocity, gradient, rate, decay } of updates) {
    const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, scalar(decay)));
    velocity.assign(tf.add(tf.mul(velocity, scalar(momentum)), slope));
    const direction = nesterov ? tf.add(slope, tf.mul(velocity, scalar(momentum))) : velocity;
    weights.assign(tf.sub(weights, tf.mul(direction, scalar(rate))));
  }
}
