// Prints a checksum of what each of Ablate's kernels computes, for the test that the number of threads does not change it.
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { ops } from '../../ops/ops.ts';
import { cosineScores } from '../../scores/cosine-scores.ts';
import { useDevice } from '../devices.ts';

await useDevice('tensorflow', { threads: Number(process.argv[2]) });
const seeded = (shape: number[], seed: number): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', seed);
const x = seeded([20, 12, 12, 32], 1);
const [gain, offset, slope] = [2, 3, 4].map((seed) => seeded([32], seed) as tf.Tensor1D) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
const of: Record<string, [(...inputs: tf.Tensor[]) => tf.Tensor, tf.Tensor[]]> = {
  prelu: [(input, bias, factor) => ops.biasPrelu(input!, bias as tf.Tensor1D, factor as tf.Tensor1D), [x, offset, slope]],
  batchNorm: [(input, one, two, factor) => ops.batchNorm(input!, { gain: one as tf.Tensor1D, offset: two as tf.Tensor1D, mean: offset, variance: gain, momentum: 0.9, epsilon: 1e-5, slope: factor as tf.Tensor1D }).value, [x, gain, offset, slope]],
  maxPool: [(input) => ops.maxPool(input as tf.Tensor4D, 3, 2, 'same'), [x]],
  convolution: [(input, kernel) => tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same'), [seeded([13, 12, 12, 32], 5), seeded([3, 3, 32, 64], 6)]],
  narrow: [(input, kernel) => tf.conv2d(input as tf.Tensor4D, kernel as tf.Tensor4D, 2, 'same'), [seeded([13, 5, 6, 32], 7), seeded([3, 3, 32, 64], 8)]],
  cosines: [(unit, weights) => cosineScores(unit as tf.Tensor2D, weights as tf.Tensor2D, tf.zeros([9], 'int32')).values, [seeded([9, 70], 10), seeded([3000, 70], 11)]],
};
const results = Object.entries(of).map(([name, [compute, inputs]]) => {
  const hash = createHash('sha256');
  const value = compute(...inputs);
  for (const tensor of [value, ...tf.grads((...given) => tf.sum(tf.mul(compute(...given), seeded(value.shape, 9))))(inputs)]) hash.update(new Uint8Array(tensor.dataSync().buffer));
  return [name, hash.digest('hex')];
});
process.stdout.write(JSON.stringify(Object.fromEntries(results)));
