import type { Template } from './template.ts';

/** A distance: one that the far pairs saturate. */
export const distanceTemplate: Template = {
  summary: 'A distance that grows no more where two embeddings are far apart.',
  options: [
    {
      name: 'scale',
      zod: 'z.number().positive()',
      type: 'number',
      default: '1',
      meaning: 'squared distance at which half of the largest value is reached',
    },
  ],
  maths: ({ camel, pascal }) => `import { tf, z⟦, type Distance⟧ } from 'ablate-ml';
import { squaredDistances } from 'ablate-ml/losses';

/** What the paper calls it, and its equation. The smaller, the nearer. */
export function ${camel}(options⟦: ${pascal}Options⟧)⟦: Distance⟧ {
  return {
    between(x, y) {
      const squared = squaredDistances(x, y);
      return tf.div(squared, tf.add(squared, options.scale));
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  testImports: { tf: 'ablate-ml' },
  tests: ({ camel }) => `test('a case worked by hand', () => {
  // A squared distance of 4, with a scale of 1: 4 / 5.
  const distances = ${camel}({ scale: 1 }).between(tf.tensor2d([[0, 0]]), tf.tensor2d([[0, 2]]));
  expect(distances.dataSync()[0]).toBeCloseTo(0.8, 6);
});
`,
  equation: '    D(x, y) = ‖x − y‖² / (‖x − y‖² + scale)',
  limits: 'Margins must lie below 1.',
  spec: 'sampler: {p-k: {imagesPerClass: 4}}\nlosses:\n  - softmax\n  - contrastive: {distance: USE, negativeMargin: 0.5}',
  replaces: ['losses'],
};
