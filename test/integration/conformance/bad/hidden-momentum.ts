import { definePlugin, tf, z, type Optimizer } from 'ablate-ml';

/** Momentum whose velocities are in no slot. */
export default definePlugin({
  kind: 'optimizer',
  name: 'hidden-momentum',
  summary: 'slots that no checkpoint holds',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (): Optimizer => {
    const velocities = new Map<string, tf.Variable>();
    return {
      prepare(parameters) {
        for (const { name, variable } of parameters) velocities.set(name, tf.variable(tf.zerosLike(variable)));
      },
      slots: [],
      apply(updates, rate) {
        for (const { parameter, gradient } of updates) {
          const velocity = velocities.get(parameter.name)!;
          velocity.assign(tf.add(tf.mul(0.5, velocity), gradient));
          parameter.variable.assign(
            tf.sub(parameter.variable, tf.mul(rate * (parameter.group?.rateMultiple ?? 1), velocity)),
          );
        }
      },
    };
  },
});
