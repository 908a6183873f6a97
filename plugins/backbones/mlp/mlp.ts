import { tf, z, type Backbone, type BackboneContext } from 'ablate-ml';
import { blockwise, type LayerBlock } from 'ablate-ml/layers';
import { batchNormalization, dense, initOption, prelu, type Layer } from 'ablate-ml/layers';

export const options = z.strictObject({
  embedding: z.number().int().min(1).default(64).describe('columns of the embedding'),
  hidden: z
    .array(z.number().int().min(1))
    .default([256, 256])
    .describe(
      'widths of the hidden layers, from the images on; an empty list makes the embedding linear in the pixels',
    ),
  normalizeEmbedding: z
    .enum(['none', 'batch'])
    .default('none')
    .describe('`batch` puts batch normalization on the embedding'),
  init: initOption,
});

/** Options of the multilayer perceptron. */
export type MlpOptions = z.output<typeof options>;

/** Makes fully connected layers over the pixels, PReLU after each hidden one, none on the embedding. */
export function mlp(options: MlpOptions, { imageShape, streams }: BackboneContext): Backbone {
  const { embedding: dim, hidden } = options;
  const pixels = imageShape.reduce((product, side) => product * side, 1);
  const stages = hidden.map((width, index): LayerBlock => {
    const name = `hidden${index + 1}`;
    const layers = [
      dense(name, hidden[index - 1] ?? pixels, width, streams.stream(name)) as unknown as Layer,
      prelu(`${name}/prelu`, width),
    ];
    return { stage: index + 1, layers };
  });
  const last = [
    dense('embedding', hidden.at(-1) ?? pixels, dim, streams.stream('embedding')) as unknown as Layer,
    ...(options.normalizeEmbedding === 'batch' ? [batchNormalization('embedding/normalization', dim)] : []),
  ];
  return {
    dim,
    ...blockwise([...stages, { layers: last }], (images) => tf.reshape(images, [-1, pixels])),
  };
}
