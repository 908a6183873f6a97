import {
  batchNormalization,
  convolution,
  dataFile,
  dense,
  maxPool,
  relu,
  residual,
  sequence,
  tf,
  z,
  type Backbone,
  type BackboneContext,
  type Layer,
  type PytorchNames,
} from 'ablate-ml';

/** Units in each stage (He et al., CVPR 2016, table 1), and whether they are bottlenecks. */
const depths = {
  18: { units: [2, 2, 2, 2], bottleneck: false },
  34: { units: [3, 4, 6, 3], bottleneck: false },
  50: { units: [3, 4, 6, 3], bottleneck: true },
} as const;

/** Layers → torchvision's modules. */
const modules: readonly (readonly [RegExp, string])[] = [
  [/^stem\/convolution$/, 'conv1'],
  [/^stem\/normalization$/, 'bn1'],
  [/^embedding$/, 'fc'],
  [/shortcut\/convolution$/, 'downsample.0'],
  [/shortcut\/normalization$/, 'downsample.1'],
  [/(?:first|reduce)\/convolution$/, 'conv1'],
  [/(?:first|reduce)\/normalization$/, 'bn1'],
  [/(?:second|convolve)\/convolution$/, 'conv2'],
  [/(?:second|convolve)\/normalization$/, 'bn2'],
  [/expand\/convolution$/, 'conv3'],
  [/expand\/normalization$/, 'bn3'],
];

/** The names of torchvision's `resnet`, whose classifier is left out unless it is as wide as the embedding. */
export const torchvisionNames: PytorchNames = {
  module(layer) {
    const [pattern, name] = modules.find(([one]) => one.test(layer)) ?? [/^/, ''];
    return layer
      .replace(pattern, name)
      .replace(/^stage(\d)\/unit(\d+)\//, (_, stage, unit) => `layer${stage}.${Number(unit) - 1}.`);
  },
  optional: ['embedding'],
};

export const options = z.strictObject({
  layers: z
    .union([z.literal(18), z.literal(34), z.literal(50)])
    .default(18)
    .describe('layers, as the paper counts them'),
  stem: z
    .enum(['imagenet', 'cifar'])
    .default('imagenet')
    .describe(
      '`imagenet`: 7×7 convolution of stride 2 and 3×3 max-pooling of stride 2; `cifar`: one 3×3 convolution, for small images',
    ),
  embedding: z.number().int().min(1).default(128).describe('columns of the embedding'),
  weights: dataFile
    .nullable()
    .default(null)
    .describe(
      "weights to begin with: a safetensors file of `ablate export`, or PyTorch's .safetensors, .pth or .pt by the names below",
    ),
});

/** Options of the residual networks. */
export type ResnetOptions = z.output<typeof options>;

/**
 * Residual networks of He et al., CVPR 2016, table 1, with stride in the 3×3 convolution of a bottleneck (as
 * torchvision has it), averaged over the image, then fully connected.
 */
export function resnet(options: ResnetOptions, { imageShape, streams }: BackboneContext): Backbone {
  const { units, bottleneck } = depths[options.layers];
  const normalized = (name: string, channels: readonly [number, number], size: number, stride = 1): Layer =>
    sequence(
      convolution(
        `${name}/convolution`,
        { channels, size, stride, pad: (size - 1) / 2, bias: false },
        streams.stream(name),
      ),
      batchNormalization(`${name}/normalization`, channels[1]),
    );
  const unit = (name: string, inputs: number, width: number, stride: number): Layer => {
    const outputs = bottleneck ? 4 * width : width;
    const body = bottleneck
      ? sequence(
          normalized(`${name}/reduce`, [inputs, width], 1),
          relu(),
          normalized(`${name}/convolve`, [width, width], 3, stride),
          relu(),
          normalized(`${name}/expand`, [width, outputs], 1),
        )
      : sequence(
          normalized(`${name}/first`, [inputs, width], 3, stride),
          relu(),
          normalized(`${name}/second`, [width, width], 3),
        );
    const shortcut =
      stride === 1 && inputs === outputs ? undefined : normalized(`${name}/shortcut`, [inputs, outputs], 1, stride);
    return sequence(residual(body, shortcut), relu());
  };
  const stem =
    options.stem === 'imagenet'
      ? [normalized('stem', [imageShape[2], 64], 7, 2), relu(), maxPool(3, 2, 1)]
      : [normalized('stem', [imageShape[2], 64], 3), relu()];
  let inputs = 64;
  const stages = units.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index) => {
      const width = 64 * 2 ** stage;
      const layer = unit(`stage${stage + 1}/unit${index + 1}`, inputs, width, stage > 0 && index === 0 ? 2 : 1);
      inputs = bottleneck ? 4 * width : width;
      return layer;
    }),
  );
  const trunk = sequence(...stem, ...stages);
  const last = dense('embedding', inputs, options.embedding, streams.stream('embedding'), { initial: 'fan-in' });
  return {
    dim: options.embedding,
    parameters: [...trunk.parameters, ...last.parameters],
    forward: (images, mode) => last.apply(tf.mean(trunk.apply(images, mode), [1, 2]) as tf.Tensor2D, mode),
  };
}
