import { AblateError, z, type Backbone, type BackboneContext } from 'ablate-ml';
import { blockwise, type LayerBlock } from 'ablate-ml/layers';
import {
  convolution,
  dense,
  depthwiseConvolution,
  dropPath,
  embeddingTail,
  gelu,
  layerNormalization,
  layerScale,
  mapPooling,
  normal,
  overRows,
  poolings,
  preparationOf,
  preparedInput,
  pretrainedOptions,
  residual,
  sequence,
  tailColumns,
  tailOptions,
  type Layer,
  type PytorchNames,
} from 'ablate-ml/layers';

/** Blocks and channels of each stage (Liu et al., CVPR 2022, section 3 and appendix A). */
const sizes = {
  tiny: { depths: [3, 3, 9, 3], widths: [96, 192, 384, 768] },
  small: { depths: [3, 3, 27, 3], widths: [96, 192, 384, 768] },
} as const;
const stages = z.array(z.int().min(1)).length(4);

/** Options of ConvNeXt. */
export const options = z.strictObject({
  size: z
    .union([z.enum(['tiny', 'small']), z.strictObject({ depths: stages, widths: stages })])
    .default('tiny')
    .describe('`tiny`, `small`, or blocks and channels of the four stages: `{depths, widths}`'),
  pool: z.enum(poolings).default('mean').describe('over the places of the last feature map; a layer norm follows'),
  dropPath: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('rate at which the last block is left out in training; from 0 in the first on'),
  ...tailOptions,
  ...pretrainedOptions,
});

/** Options of ConvNeXt. */
export type ConvnextOptions = z.output<typeof options>;

/** Looks up blocks and channels of a size. */
export const numbersOf = ({
  size,
}: Pick<ConvnextOptions, 'size'>): { depths: readonly number[]; widths: readonly number[] } =>
  typeof size === 'string' ? sizes[size] : size;

/** timm's names, which the parameters have, and those of torchvision and of the paper's own code. */
export const names: PytorchNames = {
  module: (layer) => layer.replaceAll('/', '.'),
  libraries: [
    {
      library: 'torchvision',
      sign: /^features\.1\.0\.block\.0\.weight$/,
      renames: [
        [/^features\.0\./, 'stem.'],
        [/^features\.([1357])\.(\d+)\.block\.0\./, 'stages.$1.blocks.$2.conv_dw.'],
        [/^features\.([1357])\.(\d+)\.block\.2\./, 'stages.$1.blocks.$2.norm.'],
        [/^features\.([1357])\.(\d+)\.block\.3\./, 'stages.$1.blocks.$2.mlp.fc1.'],
        [/^features\.([1357])\.(\d+)\.block\.5\./, 'stages.$1.blocks.$2.mlp.fc2.'],
        [/^features\.([1357])\.(\d+)\.layer_scale$/, 'stages.$1.blocks.$2.gamma'],
        [/^features\.2\./, 'stages.3.downsample.'],
        [/^features\.4\./, 'stages.5.downsample.'],
        [/^features\.6\./, 'stages.7.downsample.'],
        [/^stages\.1\./, 'stages.0.'],
        [/^stages\.3\./, 'stages.1.'],
        [/^stages\.5\./, 'stages.2.'],
        [/^stages\.7\./, 'stages.3.'],
        [/^classifier\.0\./, 'head.norm.'],
      ],
    },
    {
      library: 'facebookresearch/ConvNeXt',
      sign: /^downsample_layers\.0\.0\.weight$/,
      renames: [
        [/^downsample_layers\.0\./, 'stem.'],
        [/^downsample_layers\.(\d)\./, 'stages.$1.downsample.'],
        [/^stages\.(\d)\.(\d+)\./, 'stages.$1.blocks.$2.'],
        [/\.dwconv\./, '.conv_dw.'],
        [/\.pwconv(\d)\./, '.mlp.fc$1.'],
        [/^norm\./, 'head.norm.'],
        [/^head\.(weight|bias)$/, 'head.fc.$1'],
      ],
    },
  ],
  leftOut: /^(?:head\.fc|classifier)\./,
};

/** Makes ConvNeXt (Liu et al., CVPR 2022, figure 4), under the names of timm. */
export function convnext(options: ConvnextOptions, { imageShape, streams }: BackboneContext): Backbone {
  const { depths, widths } = numbersOf(options);
  const preparation = preparationOf(options, 'imagenet');
  const [height, width] = imageShape;
  if (Math.min(height, width) < 32)
    throw new AblateError(
      'SPEC_INVALID',
      `ConvNeXt leaves nothing of images of ${height} × ${width}: it shrinks them 32 times.`,
      {
        remedy: "Set the data set's size to 32 or more.",
      },
    );
  const convolve = (name: string, channels: readonly [number, number], size: number): Layer => {
    const random = streams.stream(name);
    const kernel = normal([size, size, ...channels], 0.02, random);
    return convolution(name, { channels, size, stride: size, pad: 'valid', kernel }, random) as unknown as Layer;
  };
  const linear = (name: string, inputs: number, outputs: number): Layer => {
    const random = streams.stream(name);
    return overRows(dense(name, inputs, outputs, random, { kernel: normal([inputs, outputs], 0.02, random) }));
  };
  const total = depths.reduce((sum, depth) => sum + depth, 0);
  let index = 0;
  const block = (name: string, width: number): Layer => {
    const rate = total > 1 ? (options.dropPath * index++) / (total - 1) : 0;
    const depthwise = depthwiseConvolution(
      `${name}/conv_dw`,
      { channels: width, size: [7, 7], pad: 3, bias: true },
      streams.stream(`${name}/conv_dw`),
    );
    return residual(
      sequence(
        depthwise as unknown as Layer,
        layerNormalization(`${name}/norm`, width),
        linear(`${name}/mlp/fc1`, width, 4 * width),
        gelu(),
        linear(`${name}/mlp/fc2`, 4 * width, width),
        layerScale(name, width, 1e-6),
        dropPath(`${name}/drop`, rate, streams),
      ),
    );
  };
  const stem = [
    convolve('stem/0', [preparation?.mean.length ?? imageShape[2], widths[0]!], 4),
    layerNormalization('stem/1', widths[0]!),
  ];
  // Grouped as timm does: what shrinks the map learns with the first block behind it, the last norm with the embedding.
  const blocks = depths.flatMap((depth, stage) => {
    const shrinking =
      stage === 0
        ? []
        : [
            layerNormalization(`stages/${stage}/downsample/0`, widths[stage - 1]!),
            convolve(`stages/${stage}/downsample/1`, [widths[stage - 1]!, widths[stage]!], 2),
          ];
    return Array.from({ length: depth }, (_, unit): LayerBlock => {
      const layer = block(`stages/${stage}/blocks/${unit}`, widths[stage]!);
      return { stage: stage + 1, layers: unit === 0 ? [...shrinking, layer] : [layer] };
    });
  });
  const pool = mapPooling('pool', options.pool) as unknown as Layer;
  const norm = layerNormalization('head/norm', widths[3]!);
  const tail = embeddingTail(widths[3]!, options, streams) as unknown as Layer;
  return {
    dim: tailColumns(widths[3]!, options),
    ...blockwise(
      [
        { stage: 0, layers: stem },
        ...blocks,
        { stage: depths.length, joined: 'behind', layers: [pool, norm] },
        { layers: [tail] },
      ],
      (images) => preparedInput(images, preparation),
    ),
  };
}
