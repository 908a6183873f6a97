import { typed, type KernelTranslation } from './kernel-call.ts';

/** Kernel → TensorFlow's operation of two inputs. */
const ofTwo: Readonly<Record<string, string>> = {
  Add: 'AddV2',
  Sub: 'Sub',
  Multiply: 'Mul',
  RealDiv: 'RealDiv',
  Maximum: 'Maximum',
  Minimum: 'Minimum',
  Pow: 'Pow',
  SquaredDifference: 'SquaredDifference',
};

/** Kernels of one input, which TensorFlow calls the same. */
const ofOne = [
  'Relu',
  'Relu6',
  'Elu',
  'Selu',
  'Sigmoid',
  'Tanh',
  'Exp',
  'Log',
  'Sqrt',
  'Rsqrt',
  'Square',
  'Neg',
  'Abs',
  'Softplus',
  'Identity',
  'Erf',
];

/** Translates a rectifier whose negative part is multiplied: `x⁺ + α·x⁻`. */
export const prelu: KernelTranslation = (call) => {
  const { graph, inputs } = call;
  const zero = graph.numbers('float32', [0], 'zero', []);
  const negative = graph.add('Minimum', [inputs.x!, zero], typed(call), 'prelu/negative');
  const scaled = graph.add('Mul', [negative, inputs.alpha!], typed(call), 'prelu/scaled');
  return graph.add(
    'AddV2',
    [graph.add('Relu', [inputs.x!], typed(call), 'prelu/positive'), scaled],
    typed(call),
    'prelu',
  );
};

/** Kernels that work on each number by itself. */
export const elementwise: Readonly<Record<string, KernelTranslation>> = {
  ...Object.fromEntries(
    Object.entries(ofTwo).map(([kernel, op]): [string, KernelTranslation] => [
      kernel,
      (call) => call.graph.add(op, [call.inputs.a!, call.inputs.b!], typed(call)),
    ]),
  ),
  ...Object.fromEntries(
    ofOne.map((kernel): [string, KernelTranslation] => [
      kernel,
      (call) => call.graph.add(kernel, [call.inputs.x!], typed(call)),
    ]),
  ),
  Prelu: prelu,
  Softmax: (call) => call.graph.add('Softmax', [call.inputs.logits!], typed(call)),
  LeakyRelu: (call) =>
    call.graph.add('LeakyRelu', [call.inputs.x!], {
      ...typed(call),
      alpha: { float: call.attributes.alpha as number },
    }),
  ClipByValue: (call) => {
    const { clipValueMin, clipValueMax } = call.attributes as { clipValueMin: number; clipValueMax: number };
    const below = call.graph.add(
      'Minimum',
      [call.inputs.x!, call.graph.numbers('float32', [clipValueMax], 'clip/most', [])],
      typed(call),
    );
    return call.graph.add(
      'Maximum',
      [below, call.graph.numbers('float32', [clipValueMin], 'clip/least', [])],
      typed(call),
    );
  },
  Cast: (call) =>
    call.graph.add('Cast', [call.inputs.x!], { SrcT: { type: call.dtype }, DstT: { type: call.outputType } }),
};
