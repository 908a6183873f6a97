import { z, type Backbone, type BackboneContext, type ReferenceNet } from 'ablate-ml';
import { blockwise, type LayerBlock } from 'ablate-ml/layers';
import {
  batchNormalization,
  convolution,
  depthwiseConvolution,
  dropPath,
  embeddingTail,
  mapPooling,
  poolings,
  preparationOf,
  preparedInput,
  pretrainedOptions,
  relu6,
  residual,
  sequence,
  sigmoid,
  silu,
  squeezeExcitation,
  tailColumns,
  tailOptions,
  type Layer,
  type PytorchNames,
} from 'ablate-ml/layers';

/** Stages of EfficientNet-B0 (Tan and Le, ICML 2019, table 1): expansion, kernel, stride, channels, repetitions. */
const stages = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;

/**
 * Factors of channels and of depth (the released code's `efficientnet_builder.py` and `efficientnet_lite_builder.py`).
 */
const models = {
  b0: { channels: 1, depth: 1, lite: false },
  b1: { channels: 1, depth: 1.1, lite: false },
  b2: { channels: 1.1, depth: 1.2, lite: false },
  lite0: { channels: 1, depth: 1, lite: true },
  lite1: { channels: 1, depth: 1.1, lite: true },
  lite2: { channels: 1.1, depth: 1.2, lite: true },
} as const;
const modelNames = ['b0', 'b1', 'b2', 'lite0', 'lite1', 'lite2'] as const satisfies readonly (keyof typeof models)[];
const factor = z.number().positive();

/** Options of EfficientNet. */
export const options = z.strictObject({
  model: z
    .union([
      z.enum(modelNames),
      z.strictObject({ channels: factor, depth: factor, lite: z.boolean(), head: z.int().min(1).optional() }),
    ])
    .default('b0')
    .describe(
      '`b0`, `b1`, `b2`, `lite0`, `lite1`, `lite2`, or factors of channels and depth: `{channels, depth, lite, head}`, `head` being the channels of the last feature map',
    ),
  pool: z.enum(poolings).default('mean').describe('over the places of the last feature map'),
  dropPath: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('rate at which the last block is left out in training; from 0 in the first on'),
  ...tailOptions,
  ...pretrainedOptions,
});

/** Options of EfficientNet. */
export type EfficientnetOptions = z.output<typeof options>;

/** Channels times the factor, to the nearest multiple of 8 that is not more than a tenth below. */
function roundedChannels(channels: number, by: number): number {
  const wanted = channels * by;
  const rounded = Math.max(8, Math.floor((wanted + 4) / 8) * 8);
  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

/** What a model is made of. */
interface Numbers {
  readonly lite: boolean;
  readonly stem: number;
  /** Channels of the last feature map. */
  readonly head: number;
  /** Each stage with its channels and repetitions. */
  readonly stages: readonly { expansion: number; size: number; stride: number; channels: number; count: number }[];
}

/** Computes the numbers of a model. Lite ones keep the stem, the head and the first and last stage as they are. */
export function numbersOf({ model }: Pick<EfficientnetOptions, 'model'>): Numbers {
  const { channels: by, depth, lite, ...given } = typeof model === 'string' ? models[model] : model;
  return {
    lite,
    stem: lite ? 32 : roundedChannels(32, by),
    head: ('head' in given ? given.head : undefined) ?? (lite ? 1280 : roundedChannels(1280, by)),
    stages: stages.map(([expansion, size, stride, channels, repetitions], stage) => ({
      expansion,
      size,
      stride,
      channels: roundedChannels(channels, by),
      count: lite && (stage === 0 || stage === 6) ? repetitions : Math.ceil(repetitions * depth),
    })),
  };
}

/** Translates timm's names, which the parameters have, and efficientnet_pytorch's, which count the blocks through. */
export function namesFor(chosen: Pick<EfficientnetOptions, 'model'>): PytorchNames {
  const places = numbersOf(chosen).stages.flatMap(({ count }, stage) =>
    Array.from({ length: count }, (_, unit) => `${stage}.${unit}`),
  );
  const renumber = places.map((place, index) => [new RegExp(`^_blocks\\.${index}\\.`), `blocks.${place}.`] as const);
  return {
    module: (layer) => layer.replaceAll('/', '.'),
    libraries: [
      {
        library: 'efficientnet_pytorch',
        sign: /^_conv_stem\.weight$/,
        renames: [
          ...renumber,
          [/^_conv_stem\./, 'conv_stem.'],
          [/^_conv_head\./, 'conv_head.'],
          [/^_bn0\./, 'bn1.'],
          [/^_bn1\./, 'bn2.'],
          [/^_fc\./, 'classifier.'],
          [/\._se_reduce\./, '.se.conv_reduce.'],
          [/\._se_expand\./, '.se.conv_expand.'],
          [/\._depthwise_conv\./, '.conv_dw.'],
          // The first stage has no expansion: its blocks' norms and last convolution are called differently.
          [/^(blocks\.0\.\d+\.)_project_conv\./, '$1conv_pw.'],
          [/^(blocks\.0\.\d+\.)_bn(\d)\./, '$1bn$2.'],
          [/\._project_conv\./, '.conv_pwl.'],
          [/\._expand_conv\./, '.conv_pw.'],
          [/\._bn2\./, '.bn3.'],
          [/\._bn1\./, '.bn2.'],
          [/\._bn0\./, '.bn1.'],
        ],
      },
    ],
    leftOut: /^classifier\./,
  };
}

/**
 * Makes EfficientNet (Tan and Le, ICML 2019) and its Lite models, padded as TensorFlow does, under the names of timm.
 */
export function efficientnet(options: EfficientnetOptions, { imageShape, streams }: BackboneContext): Backbone {
  const { lite, stem, head, stages: wanted } = numbersOf(options);
  const preparation = preparationOf(options, lite ? 'half' : 'imagenet');
  const activation = lite ? relu6 : silu;
  const convolve = (name: string, channels: readonly [number, number], size: number, stride = 1): Layer =>
    convolution(name, { channels, size, stride, bias: false }, streams.stream(name)) as unknown as Layer;
  const normalized = (name: string, channels: number): Layer =>
    batchNormalization(name, channels, { epsilon: 1e-3, momentum: 0.99 });
  const depthwise = (name: string, channels: number, size: number, stride: number): Layer =>
    depthwiseConvolution(
      name,
      { channels, size: [size, size], stride, pad: 'same' },
      streams.stream(name),
    ) as unknown as Layer;
  const excitation = (name: string, channels: number, inputs: number): Layer[] =>
    lite
      ? []
      : [
          squeezeExcitation(
            `${name}/se`,
            // A quarter of the block's input channels, not of the expanded ones.
            {
              channels,
              squeezed: Math.max(1, Math.round(inputs / 4)),
              activation: silu(),
              gate: sigmoid(),
              names: ['conv_reduce', 'conv_expand'],
            },
            streams.stream(`${name}/se`),
          ),
        ];
  const total = wanted.reduce((sum, { count }) => sum + count, 0);
  let [inputs, index] = [stem, 0];
  const blocks = wanted.flatMap(({ expansion, size, stride, channels, count }, stage) =>
    Array.from({ length: count }, (_, unit): LayerBlock => {
      const name = `blocks/${stage}/${unit}`;
      const first = unit === 0 ? stride : 1;
      const wide = inputs * expansion;
      const rate = total > 1 ? (options.dropPath * index++) / (total - 1) : 0;
      const expand = (): Layer[] => [
        convolve(`${name}/conv_pw`, [inputs, wide], 1),
        normalized(`${name}/bn1`, wide),
        activation(),
      ];
      // Without an expansion the last convolution is `conv_pw`, and the norms count from the depthwise one on.
      const [project, ...norms] = expansion === 1 ? ['conv_pw', 'bn1', 'bn2'] : ['conv_pwl', 'bn2', 'bn3'];
      const body = sequence(
        ...(expansion === 1 ? [] : expand()),
        depthwise(`${name}/conv_dw`, wide, size, first),
        normalized(`${name}/${norms[0]}`, wide),
        activation(),
        ...excitation(name, wide, inputs),
        convolve(`${name}/${project}`, [wide, channels], 1),
        normalized(`${name}/${norms[1]}`, channels),
        dropPath(`${name}/drop`, rate, streams),
      );
      const layer = first === 1 && inputs === channels ? residual(body) : body;
      inputs = channels;
      return { stage: stage + 1, layers: [layer] };
    }),
  );
  const first = [
    convolve('conv_stem', [preparation?.mean.length ?? imageShape[2], stem], 3, 2),
    normalized('bn1', stem),
    activation(),
  ];
  const last = [convolve('conv_head', [inputs, head], 1), normalized('bn2', head), activation()];
  const pool = mapPooling('pool', options.pool) as unknown as Layer;
  const tail = embeddingTail(head, options, streams) as unknown as Layer;
  return {
    dim: tailColumns(head, options),
    ...blockwise(
      [
        { stage: 0, layers: first },
        ...blocks,
        { stage: wanted.length, joined: 'before', layers: last },
        { layers: [pool, tail] },
      ],
      (images) => preparedInput(images, preparation),
    ),
  };
}

/** Gives the options of an EfficientNet that another library made with these numbers. */
export function reference({ class: name, architecture }: ReferenceNet): Readonly<Record<string, unknown>> | undefined {
  if (!name.includes('EfficientNet')) return undefined;
  const { channelMultiplier, depthMultiplier, head, activation } = architecture;
  return {
    model: { channels: channelMultiplier, depth: depthMultiplier, head, lite: String(activation).includes('relu6') },
  };
}
