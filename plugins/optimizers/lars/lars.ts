import { perParameter, tf, trustRatio, type Optimizer } from 'ablate-ml';

/** Numbers of LARS. */
export interface LarsOptions {
  /** Share of the velocity that each step keeps. */
  readonly momentum: number;
  /** Nesterov's look-ahead. */
  readonly nesterov: boolean;
  /** Coefficient of the ratio of the norms. */
  readonly trust: number;
  /** Added to the norm of the gradient. */
  readonly epsilon: number;
  /** Scales the gradients of parameters without weight decay too. */
  readonly alwaysAdapt: boolean;
  /** Coefficient of the weights added to their gradient; biases, slopes and normalization have none. */
  readonly weightDecay: number;
}

/** Momentum whose gradients are scaled, layer by layer, to the length of the weights (You et al., 2017, algorithm 1). */
export function lars({ momentum, nesterov, trust, epsilon, alwaysAdapt, weightDecay }: LarsOptions): Optimizer {
  return perParameter(['momentum'], weightDecay, ({ weights, gradient, rate, decay, slot, scalar }) => {
    let slope = gradient;
    if (decay !== 0 || alwaysAdapt) {
      const decayed = tf.add(gradient, tf.mul(weights, scalar(decay)));
      slope = tf.mul(decayed, trustRatio(weights, gradient, { share: decay, epsilon, factor: trust }));
    }
    const velocity = slot('momentum');
    velocity.assign(tf.add(tf.mul(velocity, scalar(momentum)), slope));
    const direction = nesterov ? tf.add(slope, tf.mul(velocity, scalar(momentum))) : velocity;
    weights.assign(tf.sub(weights, tf.mul(direction, scalar(rate))));
  });
}
