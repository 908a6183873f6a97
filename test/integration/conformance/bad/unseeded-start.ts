import { definePlugin, parameterOf, tf, z, type Backbone, type Head, type Loss } from 'ablate-ml';
import { cosineScores } from 'ablate-ml/losses';

const schema = z.strictObject({});
const about = { summary: 'a start that no seed gives', framework: '^0.1.0', schema } as const;

/** Weights from TensorFlow.js's own generator. */
export const unseededBackbone = definePlugin({
  ...about,
  kind: 'backbone',
  name: 'unseeded-backbone',
  create: (_, { imageShape }): Backbone => {
    const inputs = imageShape[0] * imageShape[1] * imageShape[2];
    const kernel = parameterOf('kernel', tf.randomNormal([inputs, 4], 0, 0.05), 'kernel');
    return {
      dim: 4,
      parameters: [kernel],
      forward: (images) => tf.matMul(tf.reshape(images, [-1, inputs]), kernel.variable),
    };
  },
});

/** Dropout without a seed. */
export const unseededDropout = definePlugin({
  ...about,
  kind: 'backbone',
  name: 'unseeded-dropout',
  create: (_, { imageShape, streams }): Backbone => {
    const inputs = imageShape[0] * imageShape[1] * imageShape[2];
    const random = streams.stream('kernel');
    const kernel = parameterOf(
      'kernel',
      tf.tensor2d(
        Float32Array.from({ length: inputs * 4 }, () => random.normal()),
        [inputs, 4],
      ),
      'kernel',
    );
    return {
      dim: 4,
      parameters: [kernel],
      forward: (images, { training }) => {
        const flat = tf.reshape(images, [-1, inputs]) as tf.Tensor2D;
        return tf.matMul(training ? (tf.dropout(flat, 0.5) as tf.Tensor2D) : flat, kernel.variable);
      },
    };
  },
});

/** Class weights from Math.random. */
export const unseededHead = definePlugin({
  ...about,
  kind: 'head',
  name: 'unseeded-head',
  gives: () => ({ scores: 'cosine', subCenters: 1 }),
  create: (_, { classes, dim }): Head => {
    const initial = tf.tensor2d(
      Float32Array.from({ length: classes * dim }, () => Math.random() - 0.5),
      [classes, dim],
    );
    const weights = parameterOf('classWeights', initial, 'kernel');
    const rows = weights.variable;
    return {
      kind: 'cosine',
      parameters: [weights],
      forward: (embedding, labels) => cosineScores(embedding, rows, labels),
      classify: (embedding) => cosineScores(embedding, rows, tf.zeros([embedding.shape[0]], 'int32')).values,
    };
  },
});

/** Proxies from TensorFlow.js's own generator. */
export const unseededLoss = definePlugin({
  ...about,
  kind: 'loss',
  name: 'unseeded-loss',
  create: (_, { classes, dim }): Loss => {
    const proxies = parameterOf('proxies', tf.randomNormal([classes, dim]), 'offset');
    return {
      parameters: [proxies],
      forward: ({ embedding, labels }) => ({
        value: tf.mean(tf.square(tf.sub(embedding, tf.gather(proxies.variable, labels)))),
      }),
    };
  },
});
