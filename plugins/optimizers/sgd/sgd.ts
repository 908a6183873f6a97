import { scalars, Slots, tf, weightDecayOf, type Optimizer } from 'ablate-ml';

/** Numbers of stochastic gradient descent. */
export interface SgdOptions {
  /** Share of the last step's velocity that is kept, in [0, 1). */
  readonly momentum: number;
  /** Looks ahead along the velocity. */
  readonly nesterov: boolean;
  /** Weight decay coefficient. */
  readonly weightDecay: number;
}

/**
 * Stochastic gradient descent as PyTorch's: g ← ∂L/∂w + decay · w; v ← momentum · v + g; w ← w − rate · v (Nesterov:
 * w ← w − rate · (g + momentum · v)). The rate is not part of the velocity (Sutskever et al. have it inside).
 */
export function sgd(options: SgdOptions): Optimizer {
  const slots = new Slots(options.momentum === 0 ? [] : ['momentum']);
  return {
    prepare: (parameters) => slots.prepare(parameters),
    get slots() {
      return slots.all;
    },
    apply(updates, rate) {
      const { momentum, nesterov, weightDecay } = options;
      tf.tidy(() => {
        const scalar = scalars();
        for (const { parameter, gradient } of updates) {
          const { variable, group } = parameter;
          const coefficient = weightDecayOf(parameter, weightDecay);
          const slope = coefficient === 0 ? gradient : tf.add(gradient, tf.mul(variable, scalar(coefficient)));
          let direction = slope;
          if (momentum !== 0) {
            const velocity = slots.of(parameter, 'momentum');
            velocity.assign(tf.add(tf.mul(velocity, scalar(momentum)), slope));
            direction = nesterov ? tf.add(slope, tf.mul(velocity, scalar(momentum))) : velocity;
          }
          variable.assign(tf.sub(variable, tf.mul(direction, scalar(rate * (group?.rateMultiple ?? 1)))));
        }
      });
    },
  };
}
