import { AblateError, z, type Backbone, type BackboneContext } from 'ablate-ml';
import { blockwise, flattened, type LayerBlock } from 'ablate-ml/layers';
import { batchNormalization, convolution, dense, initOption, maxPool, relu, type Layer } from 'ablate-ml/layers';

export const options = z.strictObject({
  embedding: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('columns of a fully connected layer behind the blocks; null for the flat feature maps themselves'),
  channels: z.number().int().min(1).default(64).describe('channels of every block'),
  init: initOption,
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
 * Makes four blocks of a 3×3 convolution, batch normalization, rectifier and 2×2 max-pooling (Vinyals et al., NeurIPS
 * 2016), laid out flat, optionally with a fully connected layer behind.
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
  const stages = Array.from({ length: blocks }, (_, index): LayerBlock => {
    const name = `block${index + 1}`;
    const layers = [
      convolution(
        `${name}/convolution`,
        { channels: [index === 0 ? inputs : channels, channels], size: 3 },
        streams.stream(name),
      ),
      batchNormalization(`${name}/normalization`, channels),
      relu(),
      maxPool(2, 2) as unknown as Layer,
    ];
    return { stage: index + 1, layers };
  });
  const features = flatFeatures(height, width, channels);
  const last = embedding === null ? undefined : dense('embedding', features, embedding, streams.stream('embedding'));
  return {
    dim: embedding ?? features,
    ...blockwise([...stages, { layers: [flattened(features), ...(last ? [last as unknown as Layer] : [])] }]),
  };
}
