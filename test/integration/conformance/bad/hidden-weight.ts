import { definePlugin, parameterOf, tf, z, type Backbone } from 'ablate-ml';
import { glorotUniform } from 'ablate-ml/layers';

/** A backbone that forgets to list one of its weights. */
export default definePlugin({
  kind: 'backbone',
  name: 'hidden-weight',
  summary: 'a weight that no checkpoint holds',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: (_, { imageShape, streams }): Backbone => {
    const inputs = imageShape[0] * imageShape[1] * imageShape[2];
    const first = parameterOf('first', glorotUniform([inputs, 8], inputs, 8, streams.stream('first')), 'kernel');
    const second = parameterOf('second', glorotUniform([8, 4], 8, 4, streams.stream('second')), 'kernel');
    return {
      dim: 4,
      parameters: [first],
      forward: (images) => tf.matMul(tf.matMul(tf.reshape(images, [-1, inputs]), first.variable), second.variable),
    };
  },
});
