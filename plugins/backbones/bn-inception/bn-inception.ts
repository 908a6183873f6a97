import { ops, parameterOf, tf, z, type Backbone, type BackboneContext } from 'ablate-ml';
import {
  averagePool,
  batchNormalization,
  blockwise,
  convolution,
  embeddingTail,
  mapPooling,
  poolings,
  preparationOf,
  preparedInput,
  pretrainedOptions,
  relu,
  sequence,
  tailColumns,
  tailOptions,
  type Layer,
  type LayerBlock,
  type PytorchNames,
} from 'ablate-ml/layers';

/**
 * Modules (Ioffe and Szegedy, ICML 2015, figure 5): channels of the 1×1 branch, of the 3×3 branch (reduced, out), of
 * the double 3×3 branch (reduced, out), and of the projection behind the pool. A 0 leaves the branch out, and the
 * module halves the image; `max` pools by maximum.
 */
const modules: readonly (readonly [string, number, number, number, number, number, number, 'max'?])[] = [
  ['3a', 64, 64, 64, 64, 96, 32],
  ['3b', 64, 64, 96, 64, 96, 64],
  ['3c', 0, 128, 160, 64, 96, 0],
  ['4a', 224, 64, 96, 96, 128, 128],
  ['4b', 192, 96, 128, 96, 128, 128],
  ['4c', 160, 128, 160, 128, 160, 128],
  ['4d', 96, 128, 192, 160, 192, 128],
  ['4e', 0, 128, 192, 192, 256, 0],
  ['5a', 352, 192, 320, 160, 224, 128],
  ['5b', 352, 192, 320, 192, 224, 128, 'max'],
];

/** Options of BN-Inception. */
export const options = z.strictObject({
  divide: z.number().positive().default(1).describe('what all channels are divided by: 1 for the published net'),
  pool: z
    .enum(poolings)
    .default('mean')
    .describe('over the places of the last feature map; much of the field takes `mean+max`'),
  ...tailOptions,
  ...pretrainedOptions,
});

/** Options of BN-Inception. */
export type BnInceptionOptions = z.output<typeof options>;

/** Counts the columns of the pooled features. */
export const featuresOf = ({ divide }: Pick<BnInceptionOptions, 'divide'>): number =>
  [352, 320, 224, 128].reduce((sum, channels) => sum + Math.round(channels / divide), 0);

/** pretrainedmodels' names, which the parameters have. */
export const names: PytorchNames = {
  module: (layer) => layer.replaceAll('/', '.'),
  leftOut: /^last_linear\./,
};

/**
 * Maximum over windows of 3 pixels every 2, which may reach over the edge; behind a rectifier.
 *
 * @param covering rows or columns that windows reach to, of so many
 */
function halved(covering: (side: number) => number): Layer {
  return {
    parameters: [],
    apply(x) {
      const [below, behind] = [x.shape[1]!, x.shape[2]!].map((side) => covering(side) - side);
      const edged = tf.pad(x as tf.Tensor4D, [
        [0, 0],
        [0, below!],
        [0, behind!],
        [0, 0],
      ]);
      return ops.maxPool(edged, 3, 2, 'valid');
    },
  };
}

/** Rounded up, as Caffe has it. */
const roundedUp = halved((side) => 2 * Math.ceil((side - 3) / 2) + 3);

/** As many windows as a convolution of stride 2 has; for even sides the same, for odd ones the published net fails. */
const asConvolved = halved((side) => 2 * Math.ceil(side / 2) + 1);

/** Maximum over windows of 3 pixels around each; behind a rectifier. */
const around: Layer = { parameters: [], apply: (x) => ops.maxPool(x as tf.Tensor4D, 3, 1, 'same') };

/**
 * The bias of a convolution that batch normalization follows, as published: it counts in evaluation, against the
 * running mean. In training the batch's mean takes it out again, so that no gradient can reach it.
 */
function constantBias(name: string, channels: number): Layer {
  const bias = parameterOf(`${name}/bias`, tf.zeros([channels]), 'state');
  return { parameters: [bias], apply: (x) => tf.add(x, bias.variable) };
}

/** Branches side by side: `[batch, height, width, channels of all]`. */
function branches(...parts: readonly Layer[]): Layer {
  return {
    parameters: parts.flatMap(({ parameters }) => parameters),
    apply: (x, mode) =>
      tf.concat(
        parts.map((part) => part.apply(x, mode)),
        3,
      ),
  };
}

/** Makes BN-Inception (Ioffe and Szegedy, ICML 2015, figure 5), under the names of pretrainedmodels. */
export function bnInception(options: BnInceptionOptions, { imageShape, streams }: BackboneContext): Backbone {
  const preparation = preparationOf(options, 'caffe');
  const scaled = (channels: number): number => Math.round(channels / options.divide);
  const unit = (name: string, inputs: number, outputs: number, size: number, stride = 1): Layer =>
    sequence(
      convolution(
        name,
        { channels: [inputs, outputs], size, stride, pad: (size - 1) / 2, bias: false },
        streams.stream(name),
      ) as unknown as Layer,
      constantBias(name, outputs),
      batchNormalization(`${name}_bn`, outputs),
      relu(),
    );
  let inputs = scaled(192);
  const inception = modules.map(([id, single, reduced, simple, twice, double, projected, pooling]): LayerBlock => {
    const name = `inception_${id}`;
    const stride = single === 0 ? 2 : 1;
    const from = inputs;
    const [r, s, t, d] = [reduced, simple, twice, double].map(scaled) as [number, number, number, number];
    const outputs = [s, d, ...(single === 0 ? [from] : [scaled(single), scaled(projected)])];
    inputs = outputs.reduce((sum, channels) => sum + channels, 0);
    const pool = pooling === 'max' ? around : (averagePool(3, 1, 1) as unknown as Layer);
    const layer = branches(
      ...(single === 0 ? [] : [unit(`${name}_1x1`, from, scaled(single), 1)]),
      sequence(unit(`${name}_3x3_reduce`, from, r, 1), unit(`${name}_3x3`, r, s, 3, stride)),
      sequence(
        unit(`${name}_double_3x3_reduce`, from, t, 1),
        unit(`${name}_double_3x3_1`, t, d, 3),
        unit(`${name}_double_3x3_2`, d, d, 3, stride),
      ),
      single === 0 ? asConvolved : sequence(pool, unit(`${name}_pool_proj`, from, scaled(projected), 1)),
    );
    // 3a, 3b and 3c are stage 1.
    return { stage: Number(id[0]) - 2, layers: [layer] };
  });
  const stem = [
    unit('conv1_7x7_s2', preparation?.mean.length ?? imageShape[2], scaled(64), 7, 2),
    roundedUp,
    unit('conv2_3x3_reduce', scaled(64), scaled(64), 1),
    unit('conv2_3x3', scaled(64), scaled(192), 3),
    roundedUp,
  ];
  const pool = mapPooling('pool', options.pool) as unknown as Layer;
  const features = featuresOf(options);
  const tail = embeddingTail(features, options, streams) as unknown as Layer;
  return {
    dim: tailColumns(features, options),
    ...blockwise([{ stage: 0, layers: stem }, ...inception, { layers: [pool, tail] }], (images) =>
      preparedInput(images, preparation),
    ),
  };
}
