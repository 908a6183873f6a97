// The arithmetic of overhead.yaml's step written by hand in TensorFlow.js, for the bench: answers with the milliseconds
// of a step between the steps FROM and TO. One batch, which is in memory; no sampler, no events.
import * as tf from '@tensorflow/tfjs';
import { useDevice } from '../../framework/devices/devices.ts';

const [from, to] = process.argv.slice(2).map(Number) as [number, number];
const [batch, pixels, classes, rate, momentum, decay] = [32, 144, 10, 0.01, 0.9, 5e-4];
await useDevice('auto', { threads: 1 });
const kernel = tf.variable(tf.randomNormal([pixels, classes], 0, 0.1));
const bias = tf.variable(tf.zeros([classes]));
const variables = [
  { weights: kernel, velocity: tf.variable(tf.zeros(kernel.shape), false), decay },
  { weights: bias, velocity: tf.variable(tf.zeros(bias.shape), false), decay: 0 },
];
const images = Float32Array.from({ length: batch * pixels }, () => 2 * Math.random() - 1);
const labels = Int32Array.from({ length: batch }, (_, index) => index % classes);

async function step(): Promise<void> {
  const [x, y] = [tf.tensor2d(images, [batch, pixels]), tf.oneHot(labels, classes)];
  const { value, grads } = tf.variableGrads(() =>
    tf.losses.softmaxCrossEntropy(y, tf.add(tf.matMul(x, kernel as tf.Tensor2D), bias)).asScalar(),
  );
  tf.tidy(() => {
    for (const { weights, velocity, decay: share } of variables) {
      const gradient = grads[weights.name]!;
      velocity.assign(
        tf.add(tf.mul(velocity, momentum), share > 0 ? tf.add(gradient, tf.mul(weights, share)) : gradient),
      );
      weights.assign(tf.sub(weights, tf.mul(velocity, rate)));
    }
  });
  await value.data();
  tf.dispose([x, y, value, grads]);
}

let began = 0;
for (let count = 0; count < to; count++) {
  if (count === from) began = performance.now();
  await step();
}
process.stdout.write(`${(performance.now() - began) / (to - from)}\n`);
