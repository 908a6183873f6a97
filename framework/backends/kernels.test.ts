import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDevice } from './devices.ts';

/** TensorFlow.js by name, so that a table can call it. */
const call = tf as unknown as Record<string, (...args: unknown[]) => tf.Tensor>;
const normal = (shape: number[], seed = 1): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const inner = (shape: number[], seed = 1): tf.Tensor => tf.randomUniform(shape, 0.1, 0.9, 'float32', seed);
const integers = (shape: number[], below = 4, seed = 5): tf.Tensor => tf.randomUniform(shape, 0, below, 'int32', seed);
const booleans = (shape: number[], seed = 7): tf.Tensor => tf.greater(normal(shape, seed), 0);
const ofType = { float32: normal, int32: (shape: number[], seed?: number) => integers(shape, 9, seed), bool: booleans };
const indices = (): tf.Tensor1D => tf.tensor1d([2, 0, 2, 1], 'int32');

const cases: Record<string, () => tf.Tensor> = {};
/** A value, and the gradient of a weighted sum of it by every input. */
function differentiable(name: string, compute: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: (() => tf.Tensor)[]): void {
  cases[name] = () => compute(...inputs.map((make) => make()));
  cases[`gradient of ${name}`] = () => {
    const gradients = tf.grads((...given) => {
      const value = compute(...given);
      return tf.sum(tf.mul(value, normal(value.shape, 99)));
    })(inputs.map((make) => make()));
    return tf.concat(gradients.map((gradient) => tf.reshape(gradient, [-1])));
  };
}

for (const name of ['neg', 'exp', 'square', 'abs', 'relu', 'sigmoid', 'tanh', 'cos', 'sin', 'atan', 'softplus', 'elu', 'leakyRelu', 'logSigmoid', 'softmax', 'logSoftmax']) differentiable(name, (x) => call[name]!(x), () => normal([3, 4]));
for (const name of ['log', 'sqrt', 'rsqrt', 'log1p', 'acos', 'asin', 'reciprocal']) differentiable(name, (x) => call[name]!(x), () => inner([3, 4]));
for (const name of ['maximum', 'minimum', 'squaredDifference']) differentiable(name, (x, y) => call[name]!(x, y), () => normal([3, 4]), () => normal([3, 4], 2));
for (const name of ['add', 'sub', 'mul']) differentiable(`${name}, broadcast`, (x, y) => call[name]!(x, y), () => normal([3, 1, 4]), () => normal([5, 1], 2));
for (const name of ['div', 'pow', 'atan2']) differentiable(name, (x, y) => call[name]!(x, y), () => inner([3, 4]), () => inner([4], 2));
for (const name of ['sum', 'mean', 'max', 'min', 'logSumExp', 'euclideanNorm']) for (const axis of [undefined, 0, -1]) differentiable(`${name} over ${axis}`, (x) => call[name]!(x, axis), () => inner([3, 4, 2]));
for (const [a, b] of [[false, false], [true, false], [false, true], [true, true]] as const) differentiable(`matMul ${a} ${b}`, (x, y) => tf.matMul(x, y, a, b), () => normal(a ? [4, 3] : [3, 4]), () => normal(b ? [5, 4] : [4, 5], 2));
for (const pad of ['same', 'valid'] as const) for (const stride of [1, 2]) {
  differentiable(`conv2d ${pad} ${stride}`, (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad), () => normal([2, 7, 8, 3]), () => normal([3, 3, 3, 4], 2));
  differentiable(`maxPool ${pad} ${stride}`, (x) => tf.maxPool(x as tf.Tensor4D, 3, stride, pad), () => tf.sub(normal([2, 7, 8, 3]), 3));
}
differentiable('avgPool', (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'), () => normal([2, 8, 8, 3]));
differentiable('prelu', (x, slope) => tf.prelu(x, slope), () => normal([2, 3, 3, 4]), () => normal([4], 2));
differentiable('gather', (x) => tf.gather(x, indices()), () => normal([4, 3]));
differentiable('gather of columns', (x) => tf.gather(x, indices(), 1), () => normal([2, 4]));
differentiable('where', (x, y) => tf.where(booleans([3, 4]), x, y), () => normal([3, 4]), () => normal([3, 4], 2));
differentiable('concat', (x, y) => tf.concat([x, y], 1), () => normal([2, 3]), () => normal([2, 2], 2));
differentiable('slice', (x) => tf.slice(x, [1, 0], [1, 2]), () => normal([3, 3]));
differentiable('pad', (x) => tf.pad(x, [[1, 0], [0, 2]]), () => normal([2, 3]));
differentiable('tile', (x) => tf.tile(x, [2, 2]), () => normal([2, 3]));
differentiable('transpose', (x) => tf.transpose(x, [2, 0, 1]), () => normal([2, 3, 4]));
differentiable('variance', (x) => tf.moments(x, 0).variance, () => normal([5, 4]));
differentiable('cumsum', (x) => tf.cumsum(x, 1), () => normal([3, 5]));
differentiable('clip', (x) => tf.clipByValue(x, -0.5, 0.5), () => normal([3, 4]));

for (const name of ['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual']) cases[name] = () => call[name]!(integers([3, 4]), integers([4], 4, 9));
for (const name of ['logicalAnd', 'logicalOr']) cases[name] = () => call[name]!(booleans([3, 4]), booleans([3, 4], 8));
for (const axis of [0, 1]) for (const name of ['argMax', 'argMin']) cases[`${name} ${axis}`] = () => call[name]!(normal([3, 5]), axis);
cases['topk values'] = () => tf.topk(normal([3, 6]), 3).values;
cases['topk indices'] = () => tf.topk(normal([3, 6]), 3).indices;
cases['sum of integers'] = () => tf.sum(integers([3, 4]), 1);
cases['unsortedSegmentSum'] = () => tf.unsortedSegmentSum(normal([4, 3]), indices(), 4);
for (const [from, make] of Object.entries(ofType)) for (const to of ['float32', 'int32', 'bool'] as const) cases[`cast ${from} to ${to}`] = () => tf.cast(from === 'float32' ? tf.mul(normal([3, 4]), 0.5) : tf.mul(tf.cast(make([3, 4]), 'int32'), tf.scalar(256, 'int32')), to);
for (const [type, make] of Object.entries(ofType)) {
  cases[`oneHot as ${type}`] = () => tf.oneHot(indices(), 3, 1, 0, type as 'int32');
  cases[`where of ${type}`] = () => tf.where(booleans([3, 4]), make([3, 4]), make([3, 4], 8));
  cases[`reverse of ${type}`] = () => tf.reverse(make([3, 4]), 1);
  cases[`stridedSlice of ${type}`] = () => tf.stridedSlice(make([4, 6]), [0, 1], [4, 6], [2, 2]);
  cases[`gather of ${type}`] = () => tf.gather(make([4, 3]), indices());
  cases[`concat of ${type}`] = () => tf.concat([make([2, 3]), make([4, 3], 4)], 0);
  cases[`stack of ${type}`] = () => tf.stack([make([2, 3]), make([2, 3], 4)], 1);
  cases[`transpose of ${type}`] = () => tf.transpose(make([2, 3, 4]), [2, 0, 1]);
  cases[`pad of ${type}`] = () => tf.pad(make([2, 3]), [[1, 0], [0, 2]]);
  cases[`tile of ${type}`] = () => tf.tile(make([2, 3]), [2, 2]);
}

interface Result {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

async function results(device: 'cpu' | 'wasm' | 'tensorflow'): Promise<Map<string, Result>> {
  await useDevice(device);
  const found = new Map<string, Result>();
  for (const [name, compute] of Object.entries(cases)) {
    tf.tidy(() => {
      const tensor = compute();
      found.set(name, { shape: tensor.shape, dtype: tensor.dtype, values: [...tensor.dataSync()] });
    });
  }
  return found;
}

describe.each(['wasm', 'tensorflow'] as const)('kernels and gradients of %s', (device) => {
  let plain: Map<string, Result>;
  let own: Map<string, Result>;
  beforeAll(async () => {
    plain = await results('cpu');
    own = await results(device);
  });
  afterAll(async () => void (await useDevice('cpu')));

  it.each(Object.keys(cases))('agree with cpu: %s', (name) => {
    const [expected, found] = [plain.get(name)!, own.get(name)!];
    expect([found.shape, found.dtype]).toEqual([expected.shape, expected.dtype]);
    const scale = Math.max(1e-6, ...expected.values.map(Math.abs));
    expected.values.forEach((value, index) => expect(Math.abs(found.values[index]! - value) / scale).toBeLessThan(1e-4));
  });
});
