// Prints checksums of what Ablate's kernels compute (`own`) and of what the native library's do (`library`), for the
// test that the number of threads changes none of the former, and the same number none of either.
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { ops } from '../../math/ops/ops.ts';
import { cosineScores } from '../../math/logits/cosine-scores.ts';
import { useDevice } from '../devices.ts';
import { loadedNative } from './load-native.ts';

type Case = [(...inputs: tf.Tensor[]) => tf.Tensor, tf.Tensor[]];

await useDevice('tensorflow', { threads: Number(process.argv[2]) });
const seeded = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const x = seeded([20, 12, 12, 32], 1);
const [gain, offset, slope] = [2, 3, 4].map((seed) => seeded([32], seed) as tf.Tensor1D) as [
  tf.Tensor1D,
  tf.Tensor1D,
  tf.Tensor1D,
];
const convolve =
  (stride: number): Case[0] =>
  (input, kernel) =>
    tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, stride, 'same');
const steps: Record<string, Case> = {
  prelu: [
    (input, bias, factor) => ops.biasPrelu(input!, bias as tf.Tensor1D, factor as tf.Tensor1D),
    [x, offset, slope],
  ],
  batchNorm: [
    (input, one, two, factor) =>
      ops.batchNorm(input!, {
        gain: one as tf.Tensor1D,
        offset: two as tf.Tensor1D,
        mean: offset,
        variance: gain,
        momentum: 0.9,
        epsilon: 1e-5,
        slope: factor as tf.Tensor1D,
      }).value,
    [x, gain, offset, slope],
  ],
  maxPool: [(input) => ops.maxPool(input as tf.Tensor4D, 3, 2, 'same'), [x]],
};
const convolutions: Record<string, Case> = {
  convolution: [convolve(1), [seeded([13, 12, 12, 32], 5), seeded([3, 3, 32, 64], 6)]],
  narrow: [convolve(2), [seeded([13, 5, 6, 32], 7), seeded([3, 3, 32, 64], 8)]],
};
const [unit, weights, factor] = [seeded([9, 70], 10), seeded([3000, 70], 11), seeded([3000], 12)];
// The products of the cosines are the library's; what else they need of each row is Ablate's.
const products: Record<string, Case> = {
  cosines: [
    (one, other) => cosineScores(one as tf.Tensor2D, other as tf.Tensor2D, tf.zeros([9], 'int32')).values,
    [unit, weights],
  ],
  matrices: [(one, other) => tf.matMul(one as tf.Tensor2D, other as tf.Tensor2D, false, true), [unit, weights]],
};

const checksum = (tensors: readonly tf.Tensor[]): string => {
  const hash = createHash('sha256');
  for (const tensor of tensors) hash.update(new Uint8Array(tensor.dataSync().buffer));
  return hash.digest('hex');
};
const checksums = (cases: Record<string, Case>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(cases).map(([name, [compute, inputs]]) => {
      const value = compute(...inputs);
      return [
        name,
        checksum([value, ...tf.grads((...given) => tf.sum(tf.mul(compute(...given), seeded(value.shape, 9))))(inputs)]),
      ];
    }),
  );

function momentumChecksum(): string {
  const [changed, velocity] = [weights, tf.neg(weights)].map((initial) => tf.variable(initial));
  ops.momentumSteps(
    [{ weights: changed!, velocity: velocity!, gradient: seeded([3000, 70], 13), rate: 0.1, decay: 0.01 }],
    { momentum: 0.9, nesterov: true, scalar: (value) => tf.scalar(value) },
  );
  return checksum([changed!, velocity!]);
}

const isOwn = loadedNative()!.kernels.convolutions;
const own = {
  ...checksums({ ...steps, ...(isOwn && convolutions) }),
  inverseNorms: checksum([ops.inverseNorms(weights as tf.Tensor2D)]),
  subtractScaledRows: checksum([
    ops.subtractScaledRows(weights as tf.Tensor2D, tf.neg(weights) as tf.Tensor2D, factor as tf.Tensor1D),
  ]),
  momentumSteps: momentumChecksum(),
};
process.stdout.write(JSON.stringify({ own, library: checksums({ ...products, ...(!isOwn && convolutions) }) }));
