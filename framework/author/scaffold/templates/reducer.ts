import type { Template } from './template.ts';

/** A reducer: the larger a loss, the more it counts. */
export const reducerTemplate: Template = {
  summary: 'A mean in which a loss counts the more, the larger it is.',
  options: [
    {
      name: 'power',
      zod: 'z.number().min(0)',
      type: 'number',
      default: '1',
      meaning: 'power of the loss that it is weighed by; 0 is the mean',
    },
  ],
  maths: ({ camel, pascal }) => `import { tf, z⟦, type Reducer⟧ } from 'ablate-ml';

/** What the paper calls it, and its equation. Weights and count are constant for the gradient. */
export function ${camel}(options⟦: ${pascal}Options⟧)⟦: Reducer⟧ {
  return {
    weigh({ losses, counts }) {
      const weights = tf.mul(counts, tf.pow(tf.relu(losses), options.power));
      return { weights, count: tf.sum(weights)⟦ as tf.Scalar⟧ };
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  testImports: { reduced: 'ablate-ml/losses', tf: 'ablate-ml' },
  tests: ({ camel }) => `test('a case worked by hand', () => {
  // (1 · 1 + 3 · 3) / (1 + 3)
  const [losses, labels] = [tf.tensor1d([1, 3]), tf.tensor1d([0, 0], 'int32')];
  const value = reduced(${camel}({ power: 1 }), losses, tf.onesLike(losses), labels);
  expect(value.dataSync()[0]).toBeCloseTo(2.5, 6);
});
`,
  equation: '    L = Σ_i l_i^power l_i / Σ_i l_i^power',
  limits: 'A loss below 0 does not count.',
  spec: 'sampler: {p-k: {imagesPerClass: 4}}\nlosses:\n  - softmax\n  - contrastive: {reducer: USE, normalize: true}',
  replaces: ['losses'],
};
