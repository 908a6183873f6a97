import { z, type Backbone, type BackboneContext } from 'ablate-ml';
import { blockwise, flattened, type LayerBlock } from 'ablate-ml/layers';
import { convolution, dense, initOption, normal, prelu, residual, sequence, type Layer } from 'ablate-ml/layers';

/** Depths of Liu et al., CVPR 2017, table 2: residual units in each of the four stages. */
const units = { 4: [0, 0, 0, 0], 10: [0, 1, 2, 0], 20: [1, 2, 4, 1], 36: [2, 4, 8, 2], 64: [3, 8, 16, 3] } as const;
const channels = [64, 128, 256, 512] as const;

export const options = z.strictObject({
  layers: z
    .union([z.literal(4), z.literal(10), z.literal(20), z.literal(36), z.literal(64)])
    .default(20)
    .describe('convolutions, as the paper counts layers'),
  embedding: z.number().int().min(1).default(512).describe('columns of the embedding'),
  init: initOption,
});

/** Options of SphereFace's networks. */
export type SpherefaceOptions = z.output<typeof options>;

/**
 * Standard deviation of the initial weights inside residual units: small, since no normalization holds a deep sum of
 * them down.
 */
const residualDeviation = 0.01;

/**
 * Makes SphereFace's residual networks without normalization: four stages, each begun by a 3×3 convolution of stride 2,
 * PReLU everywhere (Liu et al., CVPR 2017, table 2).
 */
export function sphereface(options: SpherefaceOptions, { imageShape, streams }: BackboneContext): Backbone {
  const [height, width, imageChannels] = imageShape;
  const unit = (name: string, width: number): Layer => {
    const convolutions = [1, 2].flatMap((index) => {
      const random = streams.stream(`${name}/convolution${index}`);
      const kernel = normal([3, 3, width, width], residualDeviation, random);
      return [
        convolution(`${name}/convolution${index}`, { channels: [width, width], size: 3, kernel }, random),
        prelu(`${name}/convolution${index}/prelu`, width),
      ];
    });
    return residual(sequence(...convolutions));
  };
  const stages = channels.flatMap((outputs, stage): LayerBlock[] => {
    const name = `stage${stage + 1}`;
    const inputs = channels[stage - 1] ?? imageChannels;
    const first = [
      convolution(
        `${name}/convolution`,
        { channels: [inputs, outputs], size: 3, stride: 2, pad: 1, slope: 0.25 },
        streams.stream(name),
      ),
      prelu(`${name}/prelu`, outputs),
    ];
    const rest = Array.from({ length: units[options.layers][stage]! }, (_, index) => [
      unit(`${name}/unit${index + 1}`, outputs),
    ]);
    return [first, ...rest].map((layers) => ({ stage: stage + 1, layers }));
  });
  const features = Math.ceil(height / 16) * Math.ceil(width / 16) * channels[3];
  const last = dense('embedding', features, options.embedding, streams.stream('embedding'), { initial: 'fan-in' });
  return {
    dim: options.embedding,
    ...blockwise([...stages, { layers: [flattened(features), last as unknown as Layer] }]),
  };
}
