import { ops, tf, z, type Optimizer } from 'ablate-ml';
import { scalars, Slots, weightDecayOf } from 'ablate-ml/optimizers';

export const options = z
  .strictObject({
    momentum: z.number().min(0).lt(1).default(0).describe('share of the velocity that each step keeps'),
    nesterov: z.boolean().default(false).describe("Nesterov's look-ahead; needs momentum"),
    weightDecay: z
      .number()
      .min(0)
      .default(0)
      .describe('coefficient of the weights added to their gradient; biases, slopes and normalization have none'),
  })
  .refine(({ momentum, nesterov }) => !nesterov || momentum > 0, {
    message: 'nesterov needs a momentum above 0',
    path: ['nesterov'],
  });

/** Numbers of stochastic gradient descent. */
export type SgdOptions = z.output<typeof options>;

/**
 * Makes stochastic gradient descent as PyTorch's: g ← ∂L/∂w + decay · w; v ← momentum · v + g; w ← w − rate · v
 * (Nesterov: w ← w − rate · (g + momentum · v)). The rate is not part of the velocity (Sutskever et al. have it
 * inside).
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
        const ofAll = updates.map(({ parameter, gradient }) => ({
          parameter,
          weights: parameter.variable,
          gradient,
          rate: rate * (parameter.group?.rateMultiple ?? 1),
          decay: weightDecayOf(parameter, weightDecay),
        }));
        if (momentum !== 0)
          return ops.momentumSteps(
            ofAll.map((update) => ({ ...update, velocity: slots.of(update.parameter, 'momentum') })),
            { momentum, nesterov, scalar },
          );
        for (const { weights, gradient, rate: ownRate, decay } of ofAll) {
          const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(weights, scalar(decay)));
          weights.assign(tf.sub(weights, tf.mul(slope, scalar(ownRate))));
        }
      });
    },
    catchUp(parameter, missed, rates) {
      const { momentum, weightDecay } = options;
      const coefficient = weightDecayOf(parameter, weightDecay);
      if (coefficient === 0 && momentum === 0) return;
      const { variable, group } = parameter;
      const steps = idleSteps(
        options,
        coefficient,
        rates.map((rate) => rate * (group?.rateMultiple ?? 1)),
      );
      const column = (entry: number): tf.Tensor =>
        tf.tensor(
          Array.from(missed, (count) => steps[count]![entry]!),
          [missed.length, ...variable.shape.slice(1).map(() => 1)],
        );
      const weights = tf.clone(variable);
      if (momentum === 0) return variable.assign(tf.mul(weights, column(0)));
      const velocity = slots.of(parameter, 'momentum');
      const old = tf.clone(velocity);
      variable.assign(tf.add(tf.mul(weights, column(0)), tf.mul(old, column(1))));
      velocity.assign(tf.add(tf.mul(weights, column(2)), tf.mul(old, column(3))));
    },
  };
}

/** Four numbers [a, b, c, d]: w ← a w + b v, v ← c w + d v. */
type LinearStep = readonly [number, number, number, number];

/**
 * Steps with a gradient of 0 are linear in weight and velocity, so that any number of them is one: by how many, the
 * latest `rates` first.
 */
function idleSteps({ momentum, nesterov }: SgdOptions, decay: number, rates: readonly number[]): LinearStep[] {
  const steps: LinearStep[] = [[1, 0, 0, 1]];
  for (const rate of rates) {
    const [a, b, c, d] = steps.at(-1)!;
    const own: LinearStep = nesterov
      ? [1 - rate * decay * (1 + momentum), -rate * momentum * momentum, decay, momentum]
      : [1 - rate * decay, -rate * momentum, decay, momentum];
    // The earlier step comes first: the product of what is known with it on the right.
    steps.push([a * own[0] + b * own[2], a * own[1] + b * own[3], c * own[0] + d * own[2], c * own[1] + d * own[3]]);
  }
  return steps;
}
