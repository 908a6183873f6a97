import type { Template } from './template.ts';

/** A loss: a margin in the cosine to begin with. */
export const lossTemplate: Template = {
  summary: 'A loss on cosines, in three lines of mathematics.',
  options: [
    { name: 's', zod: 'z.number().positive()', type: 'number', default: '16', meaning: 'scale of the logits' },
    {
      name: 'm',
      zod: 'z.number().min(0).max(2)',
      type: 'number',
      default: '0.2',
      meaning: 'margin taken from the target cosine',
    },
  ],
  maths: ({ camel, pascal }) => `import { ops, tf, z⟦, type Loss⟧ } from 'ablate-ml';
import { replaceTarget, targetCosine } from 'ablate-ml/losses';

/**
 * What the paper calls it, and its equation. Options are read where they are used: a spec may change them over
 * training.
 */
export function ${camel}(options⟦: ${pascal}Options⟧)⟦: Loss⟧ {
  return {
    parameters: [],
    forward({ scores }) {
      const target = tf.sub(targetCosine(scores⟦!⟧), options.m)⟦ as tf.Tensor1D⟧;
      const logits = tf.mul(options.s, replaceTarget(scores⟦!⟧.values, scores⟦!⟧.target, target))⟦ as tf.Tensor2D⟧;
      return { value: tf.mean(ops.crossEntropy(logits, scores⟦!⟧.target))⟦ as tf.Scalar⟧ };
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],`,
  testImports: { lossInput: 'ablate-ml/testing' },
  tests: ({ camel }) => `test('a case worked by hand', () => {
  // Cosines 0.8 and 0.1, class 0: logits 10 (0.8 − 0.2) = 6 and 1, so ln(1 + e⁻⁵).
  const { value } = ${camel}({ s: 10, m: 0.2 }).forward(lossInput([[0.8, 0.1]], [0]));
  expect(value.dataSync()[0]).toBeCloseTo(0.0067153, 6);
});
`,
  equation: '    L = −1/M Σ_i ln softmax(z_i)[y_i],   z_y = s (cosθ_y − m),   z_j = s cosθ_j',
  limits: 'Needs a cosine head.',
  spec: 'head: {cosine: {}}\nlosses: [USE]',
  replaces: ['head', 'losses'],
};
