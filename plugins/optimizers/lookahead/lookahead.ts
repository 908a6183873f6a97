import { innerUseSchema, tf, z, type Optimizer, type OptimizerContext, type Parameter } from 'ablate-ml';
import { innerOptimizer, refuseSampledRows, scalars } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  around: innerUseSchema
    .default('adamw')
    .describe('the optimizer that takes the steps: a name, or a name with its options'),
  steps: z.int().min(1).default(6).describe('steps between two synchronizations (k)'),
  share: z.number().min(0).max(1).default(0.5).describe('of the way that the slow weights go (α)'),
});

/** Numbers of Lookahead. */
export type LookaheadOptions = z.output<typeof options>;

/**
 * Keeps slow weights that follow those of another optimizer every k steps (Zhang et al., NeurIPS 2019, algorithm 1).
 */
export async function lookahead(
  { around, steps, share }: LookaheadOptions,
  context: OptimizerContext,
): Promise<Optimizer> {
  const fast = await innerOptimizer('lookahead', around, context);
  const slow = new Map<string, Parameter>();
  return {
    prepare(parameters) {
      refuseSampledRows('lookahead', parameters);
      fast.prepare(parameters);
      for (const { name, variable } of parameters)
        slow.set(name, {
          name: `${name}/slow`,
          variable: tf.variable(variable, false),
          trainable: false,
          weightDecay: false,
        });
    },
    get slots() {
      return [...fast.slots, ...slow.values()];
    },
    ...(fast.perturb && { perturb: (updates) => fast.perturb!(updates) }),
    apply(updates, rate, step) {
      fast.apply(updates, rate, step);
      if ((step + 1) % steps !== 0) return;
      tf.tidy(() => {
        const scalar = scalars();
        for (const { parameter } of updates) {
          const { variable } = slow.get(parameter.name)!;
          variable.assign(tf.add(variable, tf.mul(tf.sub(parameter.variable, variable), scalar(share))));
          parameter.variable.assign(variable);
        }
      });
    },
  };
}
