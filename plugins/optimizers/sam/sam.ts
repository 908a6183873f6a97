import { innerUseSchema, tf, z, type Optimizer, type OptimizerContext } from 'ablate-ml';
import { innerOptimizer, refuseSampledRows } from 'ablate-ml/optimizers';

export const options = z.strictObject({
  around: innerUseSchema
    .default('sgd')
    .describe('the optimizer that takes the steps: a name, or a name with its options'),
  radius: z.number().positive().default(0.05).describe('length of the way uphill (ρ)'),
  adaptive: z
    .boolean()
    .default(false)
    .describe('measures the way in units of each weight, so that no rescaling of layers matters (ASAM)'),
});

/** Numbers of sharpness-aware minimization. */
export type SamOptions = z.output<typeof options>;

/**
 * Makes sharpness-aware minimization (Foret et al., ICLR 2021, eq. 2 and 3; adaptive: Kwon et al., ICML 2021, eq. 8):
 * the gradient is taken at w + e(w), the step from w.
 */
export async function sam({ around, radius, adaptive }: SamOptions, context: OptimizerContext): Promise<Optimizer> {
  const optimizer = await innerOptimizer('sam', around, context);
  let starts: { readonly variable: tf.Variable; readonly weights: tf.Tensor }[] = [];
  const goBack = (): void => {
    for (const { variable, weights } of starts) {
      variable.assign(weights);
      weights.dispose();
    }
    starts = [];
  };
  return {
    prepare(parameters) {
      refuseSampledRows('sam', parameters);
      optimizer.prepare(parameters);
    },
    get slots() {
      return optimizer.slots;
    },
    perturb(updates) {
      tf.tidy(() => {
        const scaled = updates.map(({ parameter, gradient }) =>
          adaptive ? tf.mul(tf.abs(parameter.variable), gradient) : gradient,
        );
        const norm = tf.sqrt(tf.addN(scaled.map((gradient) => tf.sum(tf.square(gradient)))));
        const factor = tf.div(radius, tf.add(norm, 1e-12));
        for (const [index, { parameter }] of updates.entries()) {
          const { variable } = parameter;
          starts.push({ variable, weights: tf.keep(tf.clone(variable)) });
          const uphill = adaptive ? tf.mul(tf.abs(variable), scaled[index]!) : scaled[index]!;
          variable.assign(tf.add(variable, tf.mul(uphill, factor)));
        }
      });
    },
    apply(updates, rate, step) {
      goBack();
      optimizer.apply(updates, rate, step);
    },
  };
}
