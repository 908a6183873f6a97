import { z, type Backbone, type BackboneContext } from 'ablate-ml';
import { blockwise, flattened, type LayerBlock } from 'ablate-ml/layers';
import {
  batchNormalization,
  convolution,
  depthwiseConvolution,
  initOption,
  prelu,
  residual,
  sequence,
  type Layer,
} from 'ablate-ml/layers';

/** Bottlenecks (Chen et al., CCBR 2018, table 1): expansion, channels, repetitions, stride of the first. */
const bottlenecks = [
  [2, 64, 5, 2],
  [4, 128, 1, 2],
  [2, 128, 6, 1],
  [4, 128, 1, 2],
  [2, 128, 2, 1],
] as const;

export const options = z.strictObject({
  embedding: z.number().int().min(1).default(128).describe('columns of the embedding'),
  init: initOption,
});

/** Options of MobileFaceNet. */
export type MobileFacenetOptions = z.output<typeof options>;

/**
 * Makes MobileFaceNet (Chen et al., CCBR 2018, table 1): inverted residual bottlenecks with PReLU, and a depthwise
 * convolution as large as the feature map in place of global average pooling.
 */
export function mobileFacenet({ embedding }: MobileFacenetOptions, { imageShape, streams }: BackboneContext): Backbone {
  const [height, width, imageChannels] = imageShape;
  const pointwise = (name: string, inputs: number, outputs: number, size = 1, stride = 1): Layer =>
    sequence(
      convolution(
        name,
        { channels: [inputs, outputs], size, stride, pad: (size - 1) / 2, bias: false, slope: 0.25 },
        streams.stream(name),
      ),
      batchNormalization(`${name}/normalization`, outputs),
    );
  const depthwise = (
    name: string,
    channels: number,
    size: readonly [number, number],
    stride: number,
    pad: number,
  ): Layer =>
    sequence(
      depthwiseConvolution(name, { channels, size, stride, pad }, streams.stream(name)),
      batchNormalization(`${name}/normalization`, channels),
    );
  const bottleneck = (name: string, inputs: number, outputs: number, expansion: number, stride: number): Layer => {
    const wide = inputs * expansion;
    const body = sequence(
      pointwise(`${name}/expand`, inputs, wide),
      prelu(`${name}/expand/prelu`, wide),
      depthwise(`${name}/depthwise`, wide, [3, 3], stride, 1),
      prelu(`${name}/depthwise/prelu`, wide),
      pointwise(`${name}/project`, wide, outputs),
    );
    return stride === 1 && inputs === outputs ? residual(body) : body;
  };
  let inputs = 64;
  const stages = bottlenecks.flatMap(([expansion, outputs, repetitions, stride], stage) =>
    Array.from({ length: repetitions }, (_, index): LayerBlock => {
      const layer = bottleneck(
        `stage${stage + 1}/bottleneck${index + 1}`,
        inputs,
        outputs,
        expansion,
        index === 0 ? stride : 1,
      );
      inputs = outputs;
      return { stage: stage + 1, layers: [layer] };
    }),
  );
  const map = [Math.ceil(height / 16), Math.ceil(width / 16)] as const;
  const stem = [
    pointwise('stem', imageChannels, 64, 3, 2),
    prelu('stem/prelu', 64),
    depthwise('stem/depthwise', 64, [3, 3], 1, 1),
    prelu('stem/depthwise/prelu', 64),
  ];
  const last = [
    pointwise('wide', inputs, 512),
    prelu('wide/prelu', 512),
    depthwise('global', 512, map, 1, 0),
    pointwise('embedding', 512, embedding),
    flattened(embedding),
  ];
  return {
    dim: embedding,
    ...blockwise([{ stage: 0, layers: stem }, ...stages, { layers: last }]),
  };
}
