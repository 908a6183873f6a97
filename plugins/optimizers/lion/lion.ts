import { perParameter, tf, type Optimizer } from 'ablate-ml';

/** Numbers of lion. */
export interface LionOptions {
  /** Share of the momentum in the direction of a step. */
  readonly beta1: number;
  /** Decay of the momentum. */
  readonly beta2: number;
  /** Share of the weights, times the rate, taken off each step; biases, slopes and normalization have none. */
  readonly weightDecay: number;
}

/** Every weight moves by the rate, in the direction of the sign of c = β₁ m + (1 − β₁) g (Chen et al., 2023, program 1). */
export function lion({ beta1, beta2, weightDecay }: LionOptions): Optimizer {
  return perParameter(['momentum'], weightDecay, ({ weights, gradient, rate, decay, slot, scalar }) => {
    const momentum = slot('momentum');
    const mixed = (share: number): tf.Tensor =>
      tf.add(tf.mul(momentum, scalar(share)), tf.mul(gradient, scalar(1 - share)));
    const shrunk = decay === 0 ? weights : tf.mul(weights, scalar(1 - rate * decay));
    weights.assign(tf.sub(shrunk, tf.mul(tf.sign(mixed(beta1)), scalar(rate))));
    momentum.assign(mixed(beta2));
  });
}
