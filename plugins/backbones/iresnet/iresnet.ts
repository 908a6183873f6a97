import { z, type Backbone, type BackboneContext, type ImageShape } from 'ablate-ml';
import { blockwise, flattened, type LayerBlock } from 'ablate-ml/layers';
import {
  batchNormalization,
  convolution,
  dense,
  initOption,
  prelu,
  residual,
  sequence,
  type Layer,
  type PytorchNames,
} from 'ablate-ml/layers';
import { dataFile } from 'ablate-ml/data';

/** Units in each stage. */
const units = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 14, 3],
  100: [3, 13, 30, 3],
  152: [3, 8, 36, 3],
  200: [6, 26, 60, 6],
} as const;
const channels = [64, 128, 256, 512] as const;

/** Layers → insightface's modules. */
const modules: readonly (readonly [RegExp, string])[] = [
  [/^stem$/, 'conv1'],
  [/^stem\/normalization$/, 'bn1'],
  [/^stem\/prelu$/, 'prelu'],
  [/^normalization$/, 'bn2'],
  [/^embedding$/, 'fc'],
  [/^embedding\/normalization$/, 'features'],
  [/normalization(\d)$/, 'bn$1'],
  [/convolution(\d)$/, 'conv$1'],
  [/shortcut\/normalization$/, 'downsample.1'],
  [/shortcut$/, 'downsample.0'],
];

/** Translates the names of insightface's `iresnet`, for images of that size. */
export function insightfaceNames([height, width]: ImageShape): PytorchNames {
  return {
    module(layer) {
      const [pattern, name] = modules.find(([one]) => one.test(layer)) ?? [/^/, ''];
      return layer
        .replace(pattern, name)
        .replace(/^stage(\d)\/unit(\d+)\//, (_, stage, unit) => `layer${stage}.${Number(unit) - 1}.`);
    },
    flattened: { embedding: [Math.ceil(height / 16), Math.ceil(width / 16), channels[3]] },
    constant: { 'features.weight': 1 },
  };
}

export const options = z.strictObject({
  layers: z
    .union([z.literal(18), z.literal(34), z.literal(50), z.literal(100), z.literal(152), z.literal(200)])
    .default(50)
    .describe('layers, as the face literature counts them'),
  embedding: z.number().int().min(1).default(512).describe('columns of the embedding'),
  init: initOption,
  weights: dataFile
    .nullable()
    .default(null)
    .describe(
      "weights to begin with: a safetensors file of `ablate export`, or PyTorch's .safetensors, .pth or .pt by the names below",
    ),
});

/** Options of the improved residual networks. */
export type IresnetOptions = z.output<typeof options>;

/**
 * Makes ArcFace's residual networks (Deng et al., CVPR 2019, section 3.1; the unit is that of Han, Kim and Kim, CVPR
 * 2017): normalization before the first convolution of a unit, PReLU, every stage halves the image, and the embedding
 * is a normalized fully connected layer.
 */
export function iresnet(options: IresnetOptions, { imageShape, streams }: BackboneContext): Backbone {
  const [height, width, imageChannels] = imageShape;
  const convolve = (name: string, inputs: number, outputs: number, size: number, stride: number): Layer =>
    convolution(
      name,
      { channels: [inputs, outputs], size, stride, pad: (size - 1) / 2, bias: false, slope: 0.25 },
      streams.stream(name),
    );
  const unit = (name: string, inputs: number, outputs: number, stride: number): Layer =>
    residual(
      sequence(
        batchNormalization(`${name}/normalization1`, inputs),
        convolve(`${name}/convolution1`, inputs, outputs, 3, 1),
        batchNormalization(`${name}/normalization2`, outputs),
        prelu(`${name}/prelu`, outputs),
        convolve(`${name}/convolution2`, outputs, outputs, 3, stride),
        batchNormalization(`${name}/normalization3`, outputs),
      ),
      stride === 1
        ? undefined
        : sequence(
            convolve(`${name}/shortcut`, inputs, outputs, 1, stride),
            batchNormalization(`${name}/shortcut/normalization`, outputs),
          ),
    );
  const stages = channels.flatMap((outputs, stage) =>
    Array.from({ length: units[options.layers][stage]! }, (_, index): LayerBlock => {
      const inputs = index === 0 ? (channels[stage - 1] ?? channels[0]) : outputs;
      const layer = unit(`stage${stage + 1}/unit${index + 1}`, inputs, outputs, index === 0 ? 2 : 1);
      return { stage: stage + 1, layers: [layer] };
    }),
  );
  const stem = [
    convolve('stem', imageChannels, channels[0], 3, 1),
    batchNormalization('stem/normalization', channels[0]),
    prelu('stem/prelu', channels[0]),
  ];
  const features = Math.ceil(height / 16) * Math.ceil(width / 16) * channels[3];
  const last = [
    flattened(features),
    dense('embedding', features, options.embedding, streams.stream('embedding'), { initial: 'fan-in' }),
    // The gain would only scale the embedding, which the losses normalize.
    batchNormalization('embedding/normalization', options.embedding, { scale: false }),
  ];
  return {
    dim: options.embedding,
    ...blockwise([
      { stage: 0, layers: stem },
      ...stages,
      { stage: channels.length, joined: 'before', layers: [batchNormalization('normalization', channels[3])] },
      { layers: last },
    ]),
  };
}
