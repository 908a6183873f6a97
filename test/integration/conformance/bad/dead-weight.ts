import { definePlugin, parameterOf, tf, z, type Backbone } from 'ablate-ml';

/** A backbone with a bias that nothing reads. */
export default definePlugin({
  kind: 'backbone',
  name: 'dead-weight',
  summary: 'a parameter without a gradient',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (_, { imageShape }): Backbone => {
    const inputs = imageShape[0] * imageShape[1] * imageShape[2];
    const kernel = parameterOf('kernel', tf.fill([inputs, 4], 0.1), 'kernel');
    const bias = parameterOf('bias', tf.zeros([4]), 'offset');
    return {
      dim: 4,
      parameters: [kernel, bias],
      forward: (images) => tf.matMul(tf.reshape(images, [-1, inputs]), kernel.variable),
    };
  },
});
