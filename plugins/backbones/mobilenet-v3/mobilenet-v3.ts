import { z, type Backbone, type BackboneContext } from 'ablate-ml';
import { blockwise, type LayerBlock } from 'ablate-ml/layers';
import {
  batchNormalization,
  convolution,
  depthwiseConvolution,
  embeddingTail,
  hardSigmoid,
  hardSwish,
  mapPooling,
  poolings,
  preparationOf,
  preparedInput,
  pretrainedOptions,
  relu,
  residual,
  sequence,
  squeezeExcitation,
  tailColumns,
  tailOptions,
  type Layer,
  type PytorchNames,
} from 'ablate-ml/layers';

/**
 * Blocks (Howard et al., ICCV 2019, tables 1 and 2): kernel, expanded channels, channels, squeeze-and-excitation,
 * hard swish instead of ReLU, stride.
 */
const sizes = {
  small: [
    [3, 16, 16, true, false, 2],
    [3, 72, 24, false, false, 2],
    [3, 88, 24, false, false, 1],
    [5, 96, 40, true, true, 2],
    [5, 240, 40, true, true, 1],
    [5, 240, 40, true, true, 1],
    [5, 120, 48, true, true, 1],
    [5, 144, 48, true, true, 1],
    [5, 288, 96, true, true, 2],
    [5, 576, 96, true, true, 1],
    [5, 576, 96, true, true, 1],
  ],
  large: [
    [3, 16, 16, false, false, 1],
    [3, 64, 24, false, false, 2],
    [3, 72, 24, false, false, 1],
    [5, 72, 40, true, false, 2],
    [5, 120, 40, true, false, 1],
    [5, 120, 40, true, false, 1],
    [3, 240, 80, false, true, 2],
    [3, 200, 80, false, true, 1],
    [3, 184, 80, false, true, 1],
    [3, 184, 80, false, true, 1],
    [3, 480, 112, true, true, 1],
    [3, 672, 112, true, true, 1],
    [5, 672, 160, true, true, 2],
    [5, 960, 160, true, true, 1],
    [5, 960, 160, true, true, 1],
  ],
} as const;

/** Options of MobileNetV3. */
export const options = z.strictObject({
  size: z.enum(['small', 'large']).default('large').describe('which of the two nets of the paper'),
  width: z.number().positive().default(1).describe('factor of all channels, rounded to multiples of 8'),
  pool: z.enum(poolings).default('mean').describe('over the places of the last feature map'),
  ...tailOptions,
  ...pretrainedOptions,
});

/** Options of MobileNetV3. */
export type MobilenetV3Options = z.output<typeof options>;

/** To the nearest multiple of 8 that is not more than a tenth below. */
function rounded(channels: number): number {
  const nearest = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}

/** Counts the columns of the pooled features. */
export const featuresOf = ({ size, width }: Pick<MobilenetV3Options, 'size' | 'width'>): number =>
  6 * rounded(width * (size === 'small' ? 96 : 160));

/** torchvision's names, which the parameters have. */
export const names: PytorchNames = {
  module: (layer) => layer.replaceAll('/', '.'),
  leftOut: /^classifier\./,
};

/**
 * Makes MobileNetV3 (Howard et al., ICCV 2019, tables 1 and 2) up to the last feature map, under the names of
 * torchvision.
 */
export function mobilenetV3(options: MobilenetV3Options, { imageShape, streams }: BackboneContext): Backbone {
  const preparation = preparationOf(options, 'imagenet');
  const normalized = (name: string, channels: number): Layer =>
    batchNormalization(`${name}/1`, channels, { epsilon: 1e-3, momentum: 0.99 });
  const convolved = (name: string, channels: readonly [number, number], size = 1, stride = 1): Layer =>
    sequence(
      convolution(
        `${name}/0`,
        { channels, size, stride, pad: (size - 1) / 2, bias: false },
        streams.stream(name),
      ) as unknown as Layer,
      normalized(name, channels[1]),
    );
  const depthwise = (name: string, channels: number, size: number, stride: number): Layer =>
    sequence(
      depthwiseConvolution(
        `${name}/0`,
        { channels, size: [size, size], stride, pad: (size - 1) / 2 },
        streams.stream(name),
      ) as unknown as Layer,
      normalized(name, channels),
    );
  let inputs = rounded(16 * options.width);
  const stem = [convolved('features/0', [preparation?.mean.length ?? imageShape[2], inputs], 3, 2), hardSwish()];
  const blocks = sizes[options.size].map(([size, expanded, outputs, excited, swish, stride], index): LayerBlock => {
    const [wide, channels] = [rounded(expanded * options.width), rounded(outputs * options.width)];
    const activation = swish ? hardSwish : relu;
    let part = 0;
    // torchvision counts a block's parts through, whichever it has.
    const next = (): string => `features/${index + 1}/block/${part++}`;
    const excitation = (name: string): Layer =>
      squeezeExcitation(
        name,
        { channels: wide, squeezed: rounded(wide / 4), activation: relu(), gate: hardSigmoid(), names: ['fc1', 'fc2'] },
        streams.stream(name),
      );
    const body = sequence(
      ...(wide === inputs ? [] : [convolved(next(), [inputs, wide]), activation()]),
      depthwise(next(), wide, size, stride),
      activation(),
      ...(excited ? [excitation(next())] : []),
      convolved(next(), [wide, channels]),
    );
    const layer = stride === 1 && inputs === channels ? residual(body) : body;
    inputs = channels;
    return { stage: index + 1, layers: [layer] };
  });
  const features = featuresOf(options);
  const last = [convolved(`features/${blocks.length + 1}`, [inputs, features]), hardSwish()];
  const pool = mapPooling('pool', options.pool) as unknown as Layer;
  const tail = embeddingTail(features, options, streams) as unknown as Layer;
  return {
    dim: tailColumns(features, options),
    ...blockwise(
      [
        { stage: 0, layers: stem },
        ...blocks,
        { stage: blocks.length, joined: 'before', layers: last },
        { layers: [pool, tail] },
      ],
      (images) => preparedInput(images, preparation),
    ),
  };
}
