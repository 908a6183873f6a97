import { perParameter, tf, type Optimizer } from 'ablate-ml';

/** Numbers of rmsprop. */
export interface RmspropOptions {
  /** Decay of the running mean of squared gradients. */
  readonly decay: number;
  /** Added to the root. */
  readonly epsilon: number;
  /** Share of the velocity that each step keeps. */
  readonly momentum: number;
  /** Takes the square of the running mean off, so that the root is a deviation. */
  readonly centered: boolean;
  /** Coefficient of the weights added to their gradient; biases, slopes and normalization have none. */
  readonly weightDecay: number;
}

/**
 * Steps by the gradient over its running root mean square (Hinton, lecture 6e, 2012; centered: Graves, 2013, eq. 38 to
 * 42).
 */
export function rmsprop({ decay: keep, epsilon, momentum, centered, weightDecay }: RmspropOptions): Optimizer {
  const names = ['square', ...(centered ? ['mean'] : []), ...(momentum > 0 ? ['momentum'] : [])];
  return perParameter(names, weightDecay, ({ weights, gradient, rate, decay, slot, scalar }) => {
    const running = (name: string, value: tf.Tensor): tf.Variable => {
      const variable = slot(name);
      variable.assign(tf.add(tf.mul(variable, scalar(keep)), tf.mul(value, scalar(1 - keep))));
      return variable;
    };
    const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, scalar(decay)));
    const square = running('square', tf.square(slope));
    const spread = centered ? tf.sub(square, tf.square(running('mean', slope))) : square;
    let direction = tf.div(slope, tf.add(tf.sqrt(spread), scalar(epsilon)));
    if (momentum > 0) {
      const velocity = slot('momentum');
      velocity.assign(tf.add(tf.mul(velocity, scalar(momentum)), direction));
      direction = velocity;
    }
    weights.assign(tf.sub(weights, tf.mul(direction, scalar(rate))));
  });
}
