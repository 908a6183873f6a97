import type { Template } from './template.ts';

/** A miner: negatives nearer than a share of the mean distance. */
export const minerTemplate: Template = {
  summary: 'Keeps every positive, and the negatives that lie nearer than a share of the mean distance to negatives.',
  options: [
    {
      name: 'share',
      zod: 'z.number().positive()',
      type: 'number',
      default: '1',
      meaning: 'share of the mean distance below which a negative counts',
    },
  ],
  maths: ({ camel, pascal }) => `import { tf, z⟦, type Miner⟧ } from 'ablate-ml';

/** What the paper calls it. What is chosen is constant for the gradient. */
export function ${camel}(options⟦: ${pascal}Options⟧)⟦: Miner⟧ {
  return {
    mine({ distances, positive, negative }) {
      const mean = tf.divNoNan(tf.sum(tf.mul(distances, negative), 1, true), tf.sum(negative, 1, true));
      const isNear = tf.cast(tf.less(distances, tf.mul(options.share, mean)), 'float32');
      return { positive, negative: tf.mul(negative, isNear) };
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  testImports: { tf: 'ablate-ml' },
  tests: ({ camel }) => `test('a case worked by hand', () => {
  // Negatives at 1 and 3 of the one anchor: their mean is 2, and the first is nearer.
  const [distances, positive, negative] = [tf.tensor2d([[0, 1, 3]]), tf.zeros([1, 3]), tf.tensor2d([[0, 1, 1]])];
  const chosen = ${camel}({ share: 1 }).mine({ distances, positive, negative }⟦ as never⟧)⟦ as { negative: tf.Tensor }⟧;
  expect([...chosen.negative.dataSync()]).toEqual([0, 1, 0]);
});
`,
  equation: '    (a, n) with D_an < share · mean over the negatives of D_an',
  limits: 'Looks at the batch alone.',
  spec: 'sampler: {p-k: {imagesPerClass: 4}}\nlosses:\n  - softmax\n  - contrastive: {miner: USE, normalize: true}',
  replaces: ['losses'],
};
