import type { Template } from './template.ts';

/** An optimizer: gradient descent with momentum. */
export const optimizerTemplate: Template = {
  summary: 'Gradient descent with momentum.',
  options: [
    {
      name: 'momentum',
      zod: 'z.number().min(0).lt(1)',
      type: 'number',
      default: '0.9',
      meaning: 'share of the velocity that each step keeps',
    },
    {
      name: 'weightDecay',
      zod: 'z.number().min(0)',
      type: 'number',
      default: '0',
      meaning: 'coefficient of the weights added to their gradient; biases have none',
    },
  ],
  maths: ({ camel, pascal }) => `import { tf, z⟦, type Optimizer⟧ } from 'ablate-ml';
import { Slots, weightDecayOf } from 'ablate-ml/optimizers';

/** Slots are what a checkpoint keeps beside the weights; a group of parameters may have a rate of its own. */
export function ${camel}(options⟦: ${pascal}Options⟧)⟦: Optimizer⟧ {
  const slots = new Slots(['velocity']);
  return {
    prepare: (parameters) => slots.prepare(parameters),
    get slots() {
      return slots.all;
    },
    apply(updates, rate) {
      tf.tidy(() => {
        for (const { parameter, gradient } of updates) {
          const { variable, group } = parameter;
          const velocity = slots.of(parameter, 'velocity');
          const slope = tf.add(gradient, tf.mul(variable, weightDecayOf(parameter, options.weightDecay)));
          velocity.assign(tf.add(tf.mul(velocity, options.momentum), slope));
          variable.assign(tf.sub(variable, tf.mul(velocity, rate * (group?.rateMultiple ?? 1))));
        }
      });
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  testImports: { parameterOf: 'ablate-ml', tf: 'ablate-ml' },
  tests: ({ camel }) => `test('two steps by hand', () => {
  const optimizer = ${camel}({ momentum: 0.5, weightDecay: 0 });
  const weight = parameterOf('weight', tf.scalar(1), 'kernel');
  optimizer.prepare([weight]);
  // Velocities 2 and 0.5 · 2 + 2 = 3 at a rate of 0.1: 1 − 0.2 − 0.3.
  for (const step of [0, 1]) optimizer.apply([{ parameter: weight, gradient: tf.scalar(2) }], 0.1, step);
  expect(weight.variable.dataSync()[0]).toBeCloseTo(0.5, 6);
});
`,
  equation: '    g ← ∂L/∂w + λ w,   v ← μ v + g,   w ← w − η v',
  limits: 'No look-ahead, no dampening.',
  spec: 'optimizer: USE',
  replaces: [],
};
