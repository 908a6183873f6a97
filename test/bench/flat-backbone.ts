import { definePlugin, tf, z } from 'ablate-ml';

/** A backbone that computes nothing: the pixels are the embedding. */
export default definePlugin({
  kind: 'backbone',
  name: 'flat-backbone',
  summary: 'The pixels themselves, for measuring what is not the net.',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create(_, { imageShape }) {
    const dim = imageShape.reduce((product, side) => product * side, 1);
    return { dim, parameters: [], forward: (images) => tf.reshape(images, [-1, dim]) };
  },
});
