import * as tf from '@tensorflow/tfjs';

/** TensorFlow.js by name, so that a table can call it. */
const call = tf as unknown as Record<string, (...args: unknown[]) => tf.Tensor>;
const normal = (shape: number[], seed = 1): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const inner = (shape: number[], seed = 1): tf.Tensor => tf.randomUniform(shape, 0.1, 0.9, 'float32', seed);
const integers = (shape: number[], below = 4, seed = 5): tf.Tensor => tf.randomUniform(shape, 0, below, 'int32', seed);
const booleans = (shape: number[], seed = 7): tf.Tensor => tf.greater(normal(shape, seed), 0);
const ofType = { float32: normal, int32: (shape: number[], seed?: number) => integers(shape, 9, seed), bool: booleans };
const indices = (): tf.Tensor1D => tf.tensor1d([2, 0, 2, 1], 'int32');

const cases: Record<string, () => tf.Tensor> = {};

/** The kernels and gradients that plugins use, by name, on small inputs that are the same everywhere. */
export const kernelCases: Readonly<Record<string, () => tf.Tensor>> = cases;

/** A value, and the gradient of a weighted sum of it by every input. */
function differentiable(
  name: string,
  compute: (...inputs: tf.Tensor[]) => tf.Tensor,
  ...inputs: (() => tf.Tensor)[]
): void {
  cases[name] = () => compute(...inputs.map((make) => make()));
  cases[`gradient of ${name}`] = () => {
    const gradients = tf.grads((...given) => {
      const value = compute(...given);
      return tf.sum(tf.mul(value, normal(value.shape, 99)));
    })(inputs.map((make) => make()));
    return tf.concat(gradients.map((gradient) => tf.reshape(gradient, [-1])));
  };
}

for (const name of [
  'neg',
  'exp',
  'square',
  'abs',
  'relu',
  'sigmoid',
  'tanh',
  'cos',
  'sin',
  'atan',
  'softplus',
  'elu',
  'leakyRelu',
  'logSigmoid',
  'softmax',
  'logSoftmax',
])
  differentiable(
    name,
    (x) => call[name]!(x),
    () => normal([3, 4]),
  );
for (const name of ['log', 'sqrt', 'rsqrt', 'log1p', 'acos', 'asin', 'reciprocal'])
  differentiable(
    name,
    (x) => call[name]!(x),
    () => inner([3, 4]),
  );
for (const name of ['maximum', 'minimum', 'squaredDifference'])
  differentiable(
    name,
    (x, y) => call[name]!(x, y),
    () => normal([3, 4]),
    () => normal([3, 4], 2),
  );
for (const name of ['add', 'sub', 'mul'])
  differentiable(
    `${name}, broadcast`,
    (x, y) => call[name]!(x, y),
    () => normal([3, 1, 4]),
    () => normal([5, 1], 2),
  );
for (const name of ['div', 'pow', 'atan2'])
  differentiable(
    name,
    (x, y) => call[name]!(x, y),
    () => inner([3, 4]),
    () => inner([4], 2),
  );
for (const name of ['sum', 'mean', 'max', 'min', 'logSumExp', 'euclideanNorm'])
  for (const axis of [undefined, 0, -1])
    differentiable(
      `${name} over ${axis}`,
      (x) => call[name]!(x, axis),
      () => inner([3, 4, 2]),
    );
for (const [a, b] of [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const)
  differentiable(
    `matMul ${a} ${b}`,
    (x, y) => tf.matMul(x, y, a, b),
    () => normal(a ? [4, 3] : [3, 4]),
    () => normal(b ? [5, 4] : [4, 5], 2),
  );
for (const pad of ['same', 'valid'] as const)
  for (const stride of [1, 2]) {
    differentiable(
      `conv2d ${pad} ${stride}`,
      (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad),
      () => normal([2, 7, 8, 3]),
      () => normal([3, 3, 3, 4], 2),
    );
    differentiable(
      `maxPool ${pad} ${stride}`,
      (x) => tf.maxPool(x as tf.Tensor4D, 3, stride, pad),
      () => tf.sub(normal([2, 7, 8, 3]), 3),
    );
  }
for (const pad of ['same', 'valid'] as const)
  for (const stride of [1, 2]) {
    differentiable(
      `depthwiseConv2d ${pad} ${stride}`,
      (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad),
      () => normal([2, 7, 8, 5]),
      () => normal([3, 3, 5, 1], 2),
    );
  }
differentiable(
  'depthwiseConv2d, two kernels a channel',
  (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
  () => normal([2, 5, 4, 3]),
  () => normal([3, 2, 3, 2], 2),
);
differentiable(
  'depthwiseConv2d of the whole image',
  (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'),
  () => normal([3, 4, 3, 5]),
  () => normal([4, 3, 5, 1], 2),
);
differentiable(
  'conv2d of the whole image',
  (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'),
  () => normal([2, 4, 3, 5]),
  () => normal([4, 3, 5, 6], 2),
);
differentiable(
  'conv2d 1 × 1, stride 2',
  (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'valid'),
  () => normal([2, 7, 8, 5]),
  () => normal([1, 1, 5, 6], 2),
);
differentiable(
  'conv2d of many channels',
  (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
  () => normal([2, 5, 6, 16]),
  () => normal([3, 3, 16, 32], 2),
);
differentiable(
  'matMul of many rows',
  (x, y) => tf.matMul(x as tf.Tensor2D, y as tf.Tensor2D),
  () => normal([70, 65]),
  () => normal([65, 66], 2),
);
differentiable(
  'matMul by batch',
  (x, y) => tf.matMul(x, y, false, true),
  () => normal([3, 4, 5]),
  () => normal([3, 2, 5], 2),
);
differentiable(
  'batchNorm',
  (x, mean, variance, offset, scale) =>
    tf.batchNorm(
      x as tf.Tensor4D,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      offset as tf.Tensor1D,
      scale as tf.Tensor1D,
    ),
  () => normal([2, 3, 4, 5]),
  () => normal([5], 2),
  () => inner([5], 3),
  () => normal([5], 4),
  () => normal([5], 5),
);
differentiable(
  'avgPool',
  (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'),
  () => normal([2, 8, 8, 3]),
);
differentiable(
  'prelu',
  (x, slope) => tf.prelu(x, slope),
  () => normal([2, 3, 3, 4]),
  () => normal([4], 2),
);
differentiable(
  'gather',
  (x) => tf.gather(x, indices()),
  () => normal([4, 3]),
);
differentiable(
  'gather of columns',
  (x) => tf.gather(x, indices(), 1),
  () => normal([2, 4]),
);
differentiable(
  'where',
  (x, y) => tf.where(booleans([3, 4]), x, y),
  () => normal([3, 4]),
  () => normal([3, 4], 2),
);
differentiable(
  'concat',
  (x, y) => tf.concat([x, y], 1),
  () => normal([2, 3]),
  () => normal([2, 2], 2),
);
differentiable(
  'slice',
  (x) => tf.slice(x, [1, 0], [1, 2]),
  () => normal([3, 3]),
);
differentiable(
  'pad',
  (x) =>
    tf.pad(x, [
      [1, 0],
      [0, 2],
    ]),
  () => normal([2, 3]),
);
differentiable(
  'tile',
  (x) => tf.tile(x, [2, 2]),
  () => normal([2, 3]),
);
differentiable(
  'transpose',
  (x) => tf.transpose(x, [2, 0, 1]),
  () => normal([2, 3, 4]),
);
differentiable(
  'variance',
  (x) => tf.moments(x, 0).variance,
  () => normal([5, 4]),
);
differentiable(
  'stack and unstack',
  (x, y) => tf.stack([...tf.unstack(x), ...tf.unstack(y)].reverse()),
  () => normal([3, 4]),
  () => normal([2, 4], 2),
);
differentiable(
  'addN',
  (x, y) => tf.addN([x, y, x]),
  () => normal([3, 4]),
  () => normal([3, 4], 2),
);
differentiable(
  'addN of 60',
  (x, y) => tf.addN(Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? x : y))),
  () => normal([3, 4]),
  () => normal([3, 4], 2),
);
differentiable(
  'reshape and squeeze',
  (x) => tf.squeeze(tf.reshape(x, [2, 1, 6]), [1]),
  () => normal([3, 4]),
);
differentiable(
  'sum of many',
  (x) => tf.sum(x, 0),
  () => normal([300, 9]),
);
for (const name of ['sum', 'mean', 'max', 'min', 'softmax'])
  differentiable(
    `${name} of many short rows`,
    (x) => call[name]!(x, -1),
    () => normal([400, 3, 5]),
  );
cases['sum over the last two axes of many rows'] = () => tf.sum(normal([1100, 3, 2]), [2, 1], true);
cases['max of many rows that hold what is no number'] = () =>
  tf.max(tf.concat([tf.fill([1100, 1], NaN), normal([1100, 2])], 1).reverse(1), 1);
for (const [transposeA, transposeB] of [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
] as const)
  differentiable(
    `products of many small matrices ${transposeA} ${transposeB}`,
    (x, y) => tf.matMul(x, y, transposeA, transposeB),
    () => normal(transposeA ? [300, 3, 2] : [300, 2, 3]),
    () => normal(transposeB ? [300, 4, 3] : [300, 3, 4], 2),
  );
differentiable(
  'cumsum',
  (x) => tf.cumsum(x, 1),
  () => normal([3, 5]),
);
differentiable(
  'clip',
  (x) => tf.clipByValue(x, -0.5, 0.5),
  () => normal([3, 4]),
);

for (const name of ['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual'])
  cases[name] = () => call[name]!(integers([3, 4]), integers([4], 4, 9));
for (const name of ['logicalAnd', 'logicalOr']) cases[name] = () => call[name]!(booleans([3, 4]), booleans([3, 4], 8));
for (const axis of [0, 1])
  for (const name of ['argMax', 'argMin']) cases[`${name} ${axis}`] = () => call[name]!(normal([3, 5]), axis);
cases['topk values'] = () => tf.topk(normal([3, 6]), 3).values;
cases['topk indices'] = () => tf.topk(normal([3, 6]), 3).indices;
for (const name of ['step', 'sign', 'floor', 'ceil', 'round', 'isNaN', 'isFinite'])
  cases[name] = () => call[name]!(normal([3, 4]));
cases['isNaN of numbers that are none'] = () => tf.isNaN(tf.tensor1d([1, Infinity, NaN, 0]));
cases['isFinite of infinities'] = () => tf.isFinite(tf.tensor1d([1, Infinity, -Infinity, NaN, 0]));
cases['mod of negative numbers'] = () => tf.mod(tf.mul(normal([3, 4]), 5), 3);
cases['mod of integers'] = () => tf.mod(integers([3, 4], 9), tf.scalar(4, 'int32'));
cases['pow of negative numbers'] = () => tf.pow(normal([3, 4]), tf.scalar(3));
cases['logicalNot'] = () => tf.logicalNot(booleans([3, 4]));
cases['any'] = () => tf.any(booleans([3, 4]), 1);
cases['all'] = () => tf.all(booleans([3, 4]), 0);
// TensorFlow.js has no gradient of Einsum, on any device.
cases['einsum'] = () => tf.einsum('bd,bkd->bk', normal([3, 4]), normal([3, 5, 4], 2));
cases['einsum of matrices'] = () => tf.einsum('bd,cd->bc', normal([3, 4]), normal([5, 4], 2));
cases['einsum, a batch of products'] = () => tf.einsum('bij,bjk->bik', normal([2, 3, 4]), normal([2, 4, 5], 2));
cases['einsum, the sum of columns'] = () => tf.einsum('ij->j', normal([3, 4]));
cases['einsum, an outer product'] = () => tf.einsum('i,j->ij', normal([3]), normal([4], 2));
cases['range'] = () => tf.range(0, 7, 1, 'int32');
cases['fill'] = () => tf.fill([2, 3], 4);
cases['eye'] = () => tf.eye(4);
cases['sum of booleans'] = () => tf.sum(booleans([3, 4]), 1);
cases['prod'] = () => tf.prod(inner([3, 4]), 1);
cases['gather by batch'] = () =>
  tf.gather(
    normal([3, 4, 5]),
    tf.tensor2d(
      [
        [0, 3],
        [1, 1],
        [2, 0],
      ],
      [3, 2],
      'int32',
    ),
    1,
    1,
  );
cases['gatherND'] = () =>
  tf.gatherND(
    normal([3, 4]),
    tf.tensor2d(
      [
        [0, 1],
        [2, 3],
      ],
      [2, 2],
      'int32',
    ),
  );
cases['reverse of rows'] = () => tf.reverse(normal([3, 4, 2]), [0, 1]);
cases['sum of integers'] = () => tf.sum(integers([3, 4]), 1);
cases['unsortedSegmentSum'] = () => tf.unsortedSegmentSum(normal([4, 3]), indices(), 4);
for (const [from, make] of Object.entries(ofType))
  for (const to of ['float32', 'int32', 'bool'] as const)
    cases[`cast ${from} to ${to}`] = () =>
      tf.cast(
        from === 'float32'
          ? tf.mul(normal([3, 4]), 0.5)
          : tf.mul(tf.cast(make([3, 4]), 'int32'), tf.scalar(256, 'int32')),
        to,
      );
for (const [type, make] of Object.entries(ofType)) {
  cases[`oneHot as ${type}`] = () => tf.oneHot(indices(), 3, 1, 0, type as 'int32');
  cases[`where of ${type}`] = () => tf.where(booleans([3, 4]), make([3, 4]), make([3, 4], 8));
  cases[`reverse of ${type}`] = () => tf.reverse(make([3, 4]), 1);
  cases[`stridedSlice of ${type}`] = () => tf.stridedSlice(make([4, 6]), [0, 1], [4, 6], [2, 2]);
  cases[`gather of ${type}`] = () => tf.gather(make([4, 3]), indices());
  cases[`concat of ${type}`] = () => tf.concat([make([2, 3]), make([4, 3], 4)], 0);
  cases[`stack of ${type}`] = () => tf.stack([make([2, 3]), make([2, 3], 4)], 1);
  cases[`transpose of ${type}`] = () => tf.transpose(make([2, 3, 4]), [2, 0, 1]);
  cases[`pad of ${type}`] = () =>
    tf.pad(make([2, 3]), [
      [1, 0],
      [0, 2],
    ]);
  cases[`tile of ${type}`] = () => tf.tile(make([2, 3]), [2, 2]);
}
