import { definePlugin, tf, z } from 'ablate-ml';
import { cosineSimilarities } from 'ablate-ml/losses';

/** SimCLR's loss of two views (Chen et al., ICML 2020, eq. 1), which knows no labels. */
export default definePlugin({
  kind: 'loss',
  name: 'two-view-loss',
  summary: 'The NT-Xent loss of two views of each image.',
  framework: '^0.1.0',
  schema: z.strictObject({ temperature: z.number().positive().default(0.2).describe('τ') }),
  needs: () => ({ views: 2 }),
  create: ({ temperature }) => ({
    parameters: [],
    forward({ views }) {
      const rows = tf.concat([...views!], 0);
      const count = rows.shape[0] / 2;
      const self = tf.mul(tf.eye(2 * count), 1e9);
      const logits = tf.sub(tf.div(cosineSimilarities(rows, rows), temperature), self);
      const partner = tf.oneHot(
        tf.concat([tf.range(count, 2 * count, 1, 'int32'), tf.range(0, count, 1, 'int32')]),
        2 * count,
      );
      return { value: tf.neg(tf.mean(tf.sum(tf.mul(partner, tf.logSoftmax(logits)), 1))) as tf.Scalar };
    },
  }),
});
