import { definePlugin, parameterOf, tf, z, type Backbone } from 'ablate-ml';

/** A backbone that normalizes by the batch's mean in evaluation too. */
export default definePlugin({
  kind: 'backbone',
  name: 'batch-statistics-in-evaluation',
  summary: 'an embedding that depends on its batch',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (_, { imageShape }): Backbone => {
    const inputs = imageShape[0] * imageShape[1] * imageShape[2];
    const kernel = parameterOf(
      'kernel',
      tf.tensor2d(
        Float32Array.from({ length: inputs * 4 }, (__, index) => Math.sin(index)),
        [inputs, 4],
      ),
      'kernel',
    );
    return {
      dim: 4,
      parameters: [kernel],
      forward(images) {
        const embedding: tf.Tensor2D = tf.matMul(tf.reshape(images, [-1, inputs]), kernel.variable);
        return tf.sub(embedding, tf.mean(embedding, 0, true));
      },
    };
  },
});
