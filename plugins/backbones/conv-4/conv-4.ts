import { AblateError, tf, z, type Backbone, type BackboneContext } from 'ablate-ml';
import { batchNormalization, convolution, dense, maxPool, relu, sequence, type Layer } from 'ablate-ml/layers';

export const options = z.strictObject({
  embedding: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('columns of a fully connected layer behind the blocks; null for the flat feature maps themselves'),
  channels: z.number().int().min(1).default(64).describe('channels of every block'),
});

/** Options of the four-block network. */
export type Conv4Options = z.output<typeof options>;

const blocks = 4;
const minSide = 2 ** blocks;

/** Columns of the last block's feature maps laid out flat. */
function flatFeatures(height: number, width: number, channels: number): number {
  return Math.floor(height / minSide) * Math.floor(width / minSide) * channels;
}

/**
 * Four blocks of a 3×3 convolution, batch normalization, rectifier and 2×2 max-pooling (Vinyals et al., NeurIPS 2016),
 * laid out flat, optionally with a fully connected layer behind.
 *
 * @throws AblateError PLUGIN_OPTIONS where the images are smaller than 16×16
 */
export function conv4({ embedding, channels }: Conv4Options, { imageShape, streams }: BackboneContext): Backbone {
  const [height, width, inputs] = imageShape;
  if (Math.min(height, width) < minSide) {
    throw new AblateError(
      'PLUGIN_OPTIONS',
      `The backbone conv-4 halves images four times, and these are ${height}×${width} pixels.`,
      { remedy: `Use images of ${minSide}×${minSide} pixels or more, or the backbone mlp.` },
    );
  }
  const layers: Layer[] = Array.from({ length: blocks }, (_, index) => {
    const name = `block${index + 1}`;
    return sequence(
      convolution(
        `${name}/convolution`,
        { channels: [index === 0 ? inputs : channels, channels], size: 3 },
        streams.stream(name),
      ),
      batchNormalization(`${name}/normalization`, channels),
      relu(),
      maxPool(2, 2),
    );
  });
  const features = flatFeatures(height, width, channels);
  const trunk = sequence(...layers);
  const last = embedding === null ? undefined : dense('embedding', features, embedding, streams.stream('embedding'));
  return {
    dim: embedding ?? features,
    parameters: [...trunk.parameters, ...(last?.parameters ?? [])],
    forward(images, mode) {
      const flat: tf.Tensor2D = tf.reshape(trunk.apply(images, mode), [-1, features]);
      return last ? last.apply(flat, mode) : flat;
    },
  };
}
