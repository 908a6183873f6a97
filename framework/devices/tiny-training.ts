import * as tf from '@tensorflow/tfjs';
import { ops } from '../math/ops/ops.ts';

const STEPS = 6;
/** The loss of the last step, the same wherever arithmetic is right; a GPU may round its products to ten bits. */
const LAST_LOSS = 0.4694;
const TOLERANCE = 0.01;

/**
 * Trains a convolution, a pool, a dense layer and gathered centers on two kinds of drawn images with the device in use.
 *
 * @returns the median milliseconds of a step, the first left out
 * @throws Error where the loss is not what it must be, or tensors stay behind
 */
export async function tinyTraining(): Promise<number> {
  const seeded = (shape: number[], seed: number): tf.Variable =>
    tf.variable(tf.randomNormal(shape, 0, 0.3, 'float32', seed));
  const variables = [
    seeded([3, 3, 1, 4], 1),
    seeded([4], 2),
    tf.variable(tf.fill([4], 0.25)),
    seeded([64, 2], 3),
    seeded([2, 2], 4),
  ];
  const [filter, bias, slope, weights, centers] = variables as [
    tf.Variable,
    tf.Variable,
    tf.Variable,
    tf.Variable,
    tf.Variable,
  ];
  const labels = tf.tensor1d([0, 1, 0, 1, 0, 1, 0, 1], 'int32');
  const images = tf.tidy(
    () =>
      tf.add(
        tf.randomNormal([8, 8, 8, 1], 0, 0.1, 'float32', 5),
        tf.reshape(tf.cast(labels, 'float32'), [8, 1, 1, 1]),
      ) as tf.Tensor4D,
  );

  const loss = (): tf.Scalar => {
    const convolved = ops.biasAdd(
      tf.conv2d(images, filter as unknown as tf.Tensor4D, 1, 'same'),
      bias as unknown as tf.Tensor1D,
    );
    const pooled = ops.maxPool(ops.prelu(convolved, slope as unknown as tf.Tensor1D), 2, 2, 'same');
    const logits = tf.matMul(tf.reshape(pooled, [8, 64]), weights as unknown as tf.Tensor2D) as tf.Tensor2D;
    const spread = tf.mean(tf.squaredDifference(logits, tf.gather(centers, labels)));
    return tf.add(tf.mean(ops.crossEntropy(logits, labels)), tf.mul(spread, 0.01));
  };
  const optimizer = tf.train.sgd(0.05);
  const losses: number[] = [];
  const times: number[] = [];
  const before = tf.memory().numTensors;
  for (let step = 0; step < STEPS; step++) {
    const started = performance.now();
    const value = tf.tidy(() => optimizer.minimize(loss, true)!);
    losses.push((await value.data())[0]!);
    value.dispose();
    times.push(performance.now() - started);
  }
  const kept = tf.memory().numTensors - before;
  tf.dispose([variables, labels, images]);
  optimizer.dispose();
  if (!(Math.abs(losses.at(-1)! - LAST_LOSS) < TOLERANCE))
    throw new Error(`a tiny training ends with the loss ${losses.at(-1)} where ${LAST_LOSS} is right`);
  if (kept !== 0) throw new Error(`a training step leaves ${kept} tensors behind`);
  return times.slice(1).sort((a, b) => a - b)[(STEPS - 1) >> 1]!;
}
