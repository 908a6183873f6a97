import { definePlugin, tf, z, type Optimizer } from 'ablate-ml';

/** Gradient descent that decays every parameter. */
export default definePlugin({
  kind: 'optimizer',
  name: 'decaying-bias',
  summary: 'weight decay on biases',
  framework: '^0.1.0',
  schema: z.strictObject({ weightDecay: z.number().default(0).describe('decay') }),
  create: ({ weightDecay }): Optimizer => ({
    prepare: () => {},
    slots: [],
    apply(updates, rate) {
      for (const {
        parameter: { variable, group },
        gradient,
      } of updates) {
        variable.assign(
          tf.sub(variable, tf.mul(rate * (group?.rateMultiple ?? 1), tf.add(gradient, tf.mul(weightDecay, variable)))),
        );
      }
    },
  }),
});
