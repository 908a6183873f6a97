// As TypeScript compiled it against ablate-ml 0.1.0. Never to be changed.
import { definePlugin, tf, z } from 'ablate-ml';
import { dense, prelu } from 'ablate-ml/layers';
export default definePlugin({
  kind: 'backbone',
  name: 'compiled-backbone',
  summary: 'A backbone of the first version of the contracts.',
  framework: '^0.1.0',
  schema: z.strictObject({ embedding: z.number().int().min(1).default(8).describe('columns') }),
  dim: ({ embedding }) => embedding,
  create: ({ embedding }, { imageShape, streams }) => {
    const pixels = imageShape.reduce((product, side) => product * side, 1);
    const layers = [
      dense('hidden', pixels, 16, streams.stream('hidden')),
      prelu('slope', 16),
      dense('embedding', 16, embedding, streams.stream('embedding')),
    ];
    return {
      dim: embedding,
      parameters: layers.flatMap(({ parameters }) => parameters),
      forward: (images, mode) => layers.reduce((x, layer) => layer.apply(x, mode), tf.reshape(images, [-1, pixels])),
    };
  },
});
