import type { Template } from './template.ts';

/** A backbone: one hidden layer. */
export const backboneTemplate: Template = {
  summary: 'One hidden layer over the pixels.',
  options: [
    { name: 'embedding', zod: 'z.int().min(1)', type: 'number', default: '16', meaning: 'columns of the embedding' },
    { name: 'hidden', zod: 'z.int().min(1)', type: 'number', default: '32', meaning: 'width of the hidden layer' },
  ],
  maths: ({ camel, pascal }) => `import { tf, z⟦, type Backbone, type BackboneContext⟧ } from 'ablate-ml';
import { dense, prelu, sequence } from 'ablate-ml/layers';

/** Its layers list their own weights; every random start comes from the run's streams. */
export function ${camel}({ embedding, hidden }⟦: ${pascal}Options⟧, { imageShape, streams }⟦: BackboneContext⟧)⟦: Backbone⟧ {
  const pixels = imageShape[0] * imageShape[1] * imageShape[2];
  const layers = sequence(dense('hidden', pixels, hidden, streams.stream('hidden')), prelu('hidden/prelu', hidden), dense('embedding', hidden, embedding, streams.stream('embedding')));
  return {
    dim: embedding,
    parameters: layers.parameters,
    forward: (images, mode) => layers.apply(tf.reshape(images, [-1, pixels]), mode)⟦ as tf.Tensor2D⟧,
  };
}
`,
  manifest: ({ camel }) => `  dim: ({ embedding }) => embedding,
  create: (options, context) => ${camel}(options, context),`,
  testImports: { RandomStreams: 'ablate-ml' },
  tests: ({ camel }) => `test('as many columns as asked for', () => {
  const backbone = ${camel}({ embedding: 3, hidden: 5 }, { imageShape: [2, 2, 1], streams: new RandomStreams(1), baseDirectory: '.', cacheDirectory: '.' });
  expect(backbone.dim).toBe(3);
  expect(backbone.parameters.map(({ name }) => name)).toEqual(['hidden/kernel', 'hidden/bias', 'hidden/prelu/slope', 'embedding/kernel', 'embedding/bias']);
});
`,
  equation: '    embedding = PReLU(x W + b) V + c',
  limits: 'Knows nothing of neighboring pixels.',
  spec: 'backbone: USE',
  replaces: ['backbone'],
};
