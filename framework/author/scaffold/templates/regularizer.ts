import type { Template } from './template.ts';

/** A regularizer: norms near to one length. */
export const regularizerTemplate: Template = {
  summary: 'Draws the squared norm of rows to one value.',
  options: [
    {
      name: 'target',
      zod: 'z.number().min(0)',
      type: 'number',
      default: '1',
      meaning: 'squared norm that rows are drawn to',
    },
  ],
  maths: ({ camel, pascal }) => `import { tf, z⟦, type Regularizer⟧ } from 'ablate-ml';

/** What the paper calls it, and its equation. */
export function ${camel}(options⟦: ${pascal}Options⟧)⟦: Regularizer⟧ {
  return {
    penalty(rows) {
      const squares = tf.sum(tf.square(rows), 1);
      return tf.mean(tf.square(tf.sub(squares, options.target)))⟦ as tf.Scalar⟧;
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  testImports: { tf: 'ablate-ml' },
  tests: ({ camel }) => `test('a case worked by hand', () => {
  // Squared norms 2 and 1 with a target of 1: (1 + 0) / 2.
  const value = ${camel}({ target: 1 }).penalty(tf.tensor2d([[1, 1], [0, 1]]));
  expect(value.dataSync()[0]).toBeCloseTo(0.5, 6);
});
`,
  equation: '    L = mean over the rows of (‖x‖² − target)²',
  limits: 'Says nothing of directions: add it to another loss.',
  spec: 'losses:\n  - softmax\n  - regularizer: {use: USE}\n    weight: 0.01',
  replaces: ['losses'],
};
