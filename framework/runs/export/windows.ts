import type { NodeAttribute } from './graph.ts';
import { prelu } from './elementwise.ts';
import { typed, type KernelCall, type KernelTranslation } from './kernel-call.ts';

const pair = (value: unknown): [number, number] =>
  typeof value === 'number' ? [value, value] : (value as [number, number]);
const channelsLast: Record<string, NodeAttribute> = { data_format: { text: 'NHWC' } };
const overImage = (value: unknown): NodeAttribute => ({ integers: [1, ...pair(value), 1] });

/** How the border is filled: TensorFlow's word, or rows and columns on each side. */
function border(pad: unknown): Record<string, NodeAttribute> {
  if (typeof pad === 'string') return { padding: { text: pad.toUpperCase() } };
  const sides = typeof pad === 'number' ? [0, 0, pad, pad, pad, pad, 0, 0] : (pad as number[][]).flat();
  return { padding: { text: 'EXPLICIT' }, explicit_paddings: { integers: sides } };
}

const convolution =
  (op: string): KernelTranslation =>
  (call) => {
    const { strides, pad, dilations } = call.attributes;
    return call.graph.add(op, [call.inputs.x!, call.inputs.filter!], {
      ...typed(call),
      ...channelsLast,
      ...border(pad),
      strides: overImage(strides),
      dilations: overImage(dilations ?? 1),
    });
  };

const pooling =
  (op: string): KernelTranslation =>
  (call) => {
    const { filterSize, strides, pad } = call.attributes;
    return call.graph.add(op, [call.inputs.x!], {
      ...typed(call),
      ...channelsLast,
      ...border(pad),
      ksize: overImage(filterSize),
      strides: overImage(strides),
    });
  };

const product: KernelTranslation = (call) => {
  const { graph, inputs, attributes, inputShape } = call;
  const [left, right] = [attributes.transposeA === true, attributes.transposeB === true].map(
    (flag): NodeAttribute => ({ flag }),
  );
  if (inputShape.length === 2)
    return graph.add('MatMul', [inputs.a!, inputs.b!], { ...typed(call), transpose_a: left!, transpose_b: right! });
  return graph.add('BatchMatMulV2', [inputs.a!, inputs.b!], { ...typed(call), adj_x: left!, adj_y: right! });
};

const activations: Readonly<Record<string, string>> = {
  relu: 'Relu',
  relu6: 'Relu6',
  elu: 'Elu',
  sigmoid: 'Sigmoid',
  tanh: 'Tanh',
};

/** A kernel, then its bias and its activation, which TensorFlow.js's layers put into one. */
const fused =
  (main: KernelTranslation): KernelTranslation =>
  (call) => {
    const activation = (call.attributes.activation ?? 'linear') as string;
    let node = main(call);
    if (call.inputs.bias) node = call.graph.add('AddV2', [node, call.inputs.bias], typed(call));
    if (activation === 'linear') return node;
    if (activation === 'prelu')
      return prelu({ ...call, inputs: { x: node, alpha: call.inputs.preluActivationWeights! } });
    if (activation === 'leakyrelu')
      return call.graph.add('LeakyRelu', [node], {
        ...typed(call),
        alpha: { float: call.attributes.leakyreluAlpha as number },
      });
    return call.graph.add(activations[activation]!, [node], typed(call));
  };

/** Running statistics, gain and offset as single operations, which also holds for ranks below four. */
const batchNormalization: KernelTranslation = (call: KernelCall) => {
  const { graph, inputs, attributes } = call;
  const epsilon = graph.numbers('float32', [attributes.varianceEpsilon as number], 'normalization/epsilon', []);
  const inverse = graph.add('Rsqrt', [graph.add('AddV2', [inputs.variance!, epsilon], typed(call))], typed(call));
  const factor = inputs.scale ? graph.add('Mul', [inverse, inputs.scale], typed(call)) : inverse;
  const scaled = graph.add('Mul', [graph.add('Sub', [inputs.x!, inputs.mean!], typed(call)), factor], typed(call));
  return inputs.offset ? graph.add('AddV2', [scaled, inputs.offset], typed(call)) : scaled;
};

/** Kernels of convolutions, pooling, products and normalization. */
export const windows: Readonly<Record<string, KernelTranslation>> = {
  Conv2D: convolution('Conv2D'),
  DepthwiseConv2dNative: convolution('DepthwiseConv2dNative'),
  MaxPool: pooling('MaxPool'),
  AvgPool: pooling('AvgPool'),
  BatchMatMul: product,
  FusedConv2D: fused(convolution('Conv2D')),
  FusedDepthwiseConv2D: fused(convolution('DepthwiseConv2dNative')),
  _FusedMatMul: fused(product),
  FusedBatchNorm: batchNormalization,
};
