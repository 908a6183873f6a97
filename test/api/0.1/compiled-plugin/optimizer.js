// As TypeScript compiled it against ablate-ml 0.1.0. Never to be changed.
import { definePlugin, tf, z } from 'ablate-ml';
import { Slots, weightDecayOf } from 'ablate-ml/optimizers';
export default definePlugin({
  kind: 'optimizer',
  name: 'compiled-optimizer',
  summary: 'An optimizer of the first version of the contracts.',
  framework: '^0.1.0',
  schema: z.strictObject({ weightDecay: z.number().min(0).default(0).describe('decay') }),
  create: (options) => {
    const slots = new Slots(['velocity']);
    return {
      prepare: (parameters) => slots.prepare(parameters),
      get slots() {
        return slots.all;
      },
      apply(updates, rate) {
        tf.tidy(() => {
          for (const { parameter, gradient } of updates) {
            const velocity = slots.of(parameter, 'velocity');
            velocity.assign(
              tf.add(
                tf.mul(velocity, 0.5),
                tf.add(gradient, tf.mul(parameter.variable, weightDecayOf(parameter, options.weightDecay))),
              ),
            );
            parameter.variable.assign(
              tf.sub(parameter.variable, tf.mul(velocity, rate * (parameter.group?.rateMultiple ?? 1))),
            );
          }
        });
      },
    };
  },
});
