import { parameterOf, tf, z, type Backbone, type BackboneContext, type ReferenceNet } from 'ablate-ml';
import { blockwise, type LayerBlock } from 'ablate-ml/layers';
import {
  batchNormalization,
  convolution,
  embeddingTail,
  mapPooling,
  maxPool,
  poolings,
  preparationOf,
  preparationOption,
  preparedInput,
  pretrainedOptions,
  relu,
  residual,
  sequence,
  tailColumns,
  tailOptions,
  type Layer,
  type PytorchNames,
} from 'ablate-ml/layers';

/** Units in each stage (He et al., CVPR 2016, table 1), and whether they are bottlenecks. */
const depths = {
  18: { units: [2, 2, 2, 2], bottleneck: false },
  34: { units: [3, 4, 6, 3], bottleneck: false },
  50: { units: [3, 4, 6, 3], bottleneck: true },
  101: { units: [3, 4, 23, 3], bottleneck: true },
  152: { units: [3, 8, 36, 3], bottleneck: true },
} as const;
const published = { stem: 64, widths: [64, 128, 256, 512] } as const;
const count = z.int().min(1);

/** Options of the residual networks. */
export const options = z.strictObject({
  layers: z
    .union([
      z.literal(18),
      z.literal(34),
      z.literal(50),
      z.literal(101),
      z.literal(152),
      z.strictObject({
        units: z.array(count).length(4),
        widths: z.array(count).length(4),
        stem: count,
        bottleneck: z.boolean(),
      }),
    ])
    .default(18)
    .describe('layers, as the paper counts them; or a net of other numbers: `{units, widths, stem, bottleneck}`'),
  stem: z
    .enum(['imagenet', 'cifar'])
    .default('imagenet')
    .describe(
      '`imagenet`: 7×7 convolution of stride 2 and 3×3 max-pooling of stride 2; `cifar`: one 3×3 convolution, for small images',
    ),
  lastStride: z
    .union([z.literal(1), z.literal(2)])
    .default(2)
    .describe('stride of the last stage: 1 keeps its map twice as large, as re-identification has it'),
  ibn: z
    .enum(['none', 'a'])
    .default('none')
    .describe(
      '`a`: half of the channels of the first norm in a unit are normalized image by image, in all stages but the last',
    ),
  pool: z.enum(poolings).default('mean').describe('over the places of the last feature map'),
  ...tailOptions,
  embedding: tailOptions.embedding.default(128),
  ...pretrainedOptions,
  preparation: preparationOption.default('none'),
});

/** Options of the residual networks. */
export type ResnetOptions = z.output<typeof options>;

/** Units, widths and kind of the units. */
function numbersOf({ layers }: Pick<ResnetOptions, 'layers'>): {
  units: readonly number[];
  widths: readonly number[];
  stem: number;
  bottleneck: boolean;
} {
  return typeof layers === 'number' ? { ...published, ...depths[layers] } : layers;
}

/** Counts the columns of the pooled features. */
export function featuresOf(chosen: Pick<ResnetOptions, 'layers'>): number {
  const { widths, bottleneck } = numbersOf(chosen);
  return (bottleneck ? 4 : 1) * widths[3]!;
}

/** Layers → torchvision's modules. */
const modules: readonly (readonly [RegExp, string])[] = [
  [/^stem\/convolution$/, 'conv1'],
  [/^stem\/normalization$/, 'bn1'],
  [/^embedding$/, 'fc'],
  [/shortcut\/convolution$/, 'downsample.0'],
  [/shortcut\/normalization$/, 'downsample.1'],
  [/(?:first|reduce)\/convolution$/, 'conv1'],
  [/(?:first|reduce)\/normalization$/, 'bn1'],
  [/(?:first|reduce)\/normalization\/instance$/, 'bn1.IN'],
  [/(?:first|reduce)\/normalization\/batch$/, 'bn1.BN'],
  [/(?:second|convolve)\/convolution$/, 'conv2'],
  [/(?:second|convolve)\/normalization$/, 'bn2'],
  [/expand\/convolution$/, 'conv3'],
  [/expand\/normalization$/, 'bn3'],
];

/**
 * Translates the names of torchvision's and timm's `resnet`, whose classifier is left out unless it is as wide as the
 * embedding.
 */
export const namesFor = ({ embedding }: Pick<ResnetOptions, 'embedding'>): PytorchNames => ({
  module(layer) {
    const [pattern, name] = modules.find(([one]) => one.test(layer)) ?? [/^/, ''];
    return layer
      .replace(pattern, name)
      .replace(/^stage(\d)\/unit(\d+)\//, (_, stage, unit) => `layer${stage}.${Number(unit) - 1}.`);
  },
  optional: ['embedding'],
  ...(embedding === null && { leftOut: /^fc\./ }),
});

/** Normalizes each channel of each image by itself, then by a learned gain and offset (Ulyanov et al., 2016). */
function instanceNormalization(name: string, channels: number): Layer {
  const gain = parameterOf(`${name}/gain`, tf.ones([channels]), 'offset');
  const offset = parameterOf(`${name}/offset`, tf.zeros([channels]), 'offset');
  return {
    parameters: [gain, offset],
    apply(x) {
      const centered = tf.sub(x, tf.mean(x, [1, 2], true));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centered), [1, 2], true), 1e-5));
      return tf.add(tf.mul(tf.mul(centered, inverse), gain.variable), offset.variable);
    },
  };
}

/** The first half of the channels by instance, the rest by batch normalization (Pan et al., ECCV 2018, IBN-a). */
function halfInstance(name: string, channels: number): Layer {
  const half = Math.floor(channels / 2);
  const [instance, batch] = [
    instanceNormalization(`${name}/instance`, half),
    batchNormalization(`${name}/batch`, channels - half),
  ];
  return {
    parameters: [...instance.parameters, ...batch.parameters],
    apply(x, mode) {
      const [, height, width] = x.shape as [number, number, number];
      const part = (from: number, count: number): tf.Tensor =>
        tf.slice(x as tf.Tensor4D, [0, 0, 0, from], [-1, height, width, count]);
      return tf.concat([instance.apply(part(0, half), mode), batch.apply(part(half, channels - half), mode)], 3);
    },
  };
}

/**
 * Makes the residual networks of He et al., CVPR 2016, table 1, with stride in the 3×3 convolution of a bottleneck (as
 * torchvision has it), pooled over the image, then fully connected.
 */
export function resnet(options: ResnetOptions, { imageShape, streams }: BackboneContext): Backbone {
  const { units, widths, stem: stemWidth, bottleneck } = numbersOf(options);
  const preparation = preparationOf(options, 'imagenet');
  const convolved = (name: string, channels: readonly [number, number], size: number, stride: number): Layer =>
    convolution(
      `${name}/convolution`,
      { channels, size, stride, pad: (size - 1) / 2, bias: false },
      streams.stream(name),
    ) as unknown as Layer;
  const normalized = (name: string, channels: readonly [number, number], size: number, stride = 1): Layer =>
    sequence(convolved(name, channels, size, stride), batchNormalization(`${name}/normalization`, channels[1]));
  const first = (
    name: string,
    channels: readonly [number, number],
    size: number,
    stride: number,
    last: boolean,
  ): Layer =>
    options.ibn === 'a' && !last
      ? sequence(convolved(name, channels, size, stride), halfInstance(`${name}/normalization`, channels[1]))
      : normalized(name, channels, size, stride);
  const unit = (name: string, inputs: number, width: number, stride: number, last: boolean): Layer => {
    const outputs = bottleneck ? 4 * width : width;
    const body = bottleneck
      ? sequence(
          first(`${name}/reduce`, [inputs, width], 1, 1, last),
          relu(),
          normalized(`${name}/convolve`, [width, width], 3, stride),
          relu(),
          normalized(`${name}/expand`, [width, outputs], 1),
        )
      : sequence(
          first(`${name}/first`, [inputs, width], 3, stride, last),
          relu(),
          normalized(`${name}/second`, [width, width], 3),
        );
    const shortcut =
      stride === 1 && inputs === outputs ? undefined : normalized(`${name}/shortcut`, [inputs, outputs], 1, stride);
    return sequence(residual(body, shortcut), relu());
  };
  const channels = preparation?.mean.length ?? imageShape[2];
  const stem =
    options.stem === 'imagenet'
      ? [normalized('stem', [channels, stemWidth], 7, 2), relu(), maxPool(3, 2, 1) as unknown as Layer]
      : [normalized('stem', [channels, stemWidth], 3), relu()];
  let inputs = stemWidth;
  const stages = units.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index): LayerBlock => {
      const width = widths[stage]!;
      const stride = stage === 0 || index > 0 ? 1 : stage === 3 ? options.lastStride : 2;
      const layer = unit(`stage${stage + 1}/unit${index + 1}`, inputs, width, stride, stage === 3);
      inputs = bottleneck ? 4 * width : width;
      return { stage: stage + 1, layers: [layer] };
    }),
  );
  const tail = embeddingTail(inputs, options, streams) as unknown as Layer;
  const pool = mapPooling('pool', options.pool) as unknown as Layer;
  return {
    dim: tailColumns(inputs, options),
    anySize: true,
    ...blockwise([{ stage: 0, layers: stem }, ...stages, { layers: [pool, tail] }], (images) =>
      preparedInput(images, preparation),
    ),
  };
}

/** Gives the options of a residual network that another library made with these numbers. */
export function reference({ class: name, architecture }: ReferenceNet): Readonly<Record<string, unknown>> | undefined {
  if (!/\bResNet\b/.test(name)) return undefined;
  const { layers: units, widths, stem = 64, block } = architecture;
  return { layers: { units, widths, stem, bottleneck: block === 'bottleneck' }, embedding: null };
}
