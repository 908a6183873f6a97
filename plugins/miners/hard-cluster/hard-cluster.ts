import { tf, withoutGradient, type Miner } from 'ablate-ml';
import { argMaxMask } from 'ablate-ml/losses';

/** Compares the mean of each class with its farthest image and with the nearest mean of another class. */
export function hardCluster(): Miner {
  return {
    regroup(anchors, references) {
      const share = withoutGradient(() => {
        const same = tf.equal(tf.expandDims(anchors.labels, 1), tf.expandDims(references.labels, 0));
        const counts = tf.cast(same, 'float32');
        return tf.divNoNan(counts, tf.sum(counts, 1, true)) as tf.Tensor2D;
      });
      const means: tf.Tensor2D = tf.matMul(share, references.embedding);
      return {
        anchors: { embedding: means, labels: anchors.labels },
        references: {
          embedding: tf.concat([references.embedding, means]),
          labels: tf.concat([references.labels, anchors.labels]),
        },
      };
    },
    mine({ anchors, distances, positive, negative }) {
      const [rows, columns] = positive.shape;
      const isMean = tf.concat([tf.zeros([columns - rows]), tf.ones([rows])]);
      const own = tf.mul(positive, tf.sub(1, isMean));
      // The mean of one image is that image: nothing to draw together.
      const several = tf.step(tf.sub(tf.sum(own, 1, true), 1));
      const farthest = argMaxMask(distances, tf.mul(own, several));
      const nearest = argMaxMask(tf.neg(distances), tf.mul(negative, isMean));
      // A class has as many equal means as rows: the first stands for it.
      const same = tf.cast(tf.equal(tf.expandDims(anchors.labels, 1), tf.expandDims(anchors.labels, 0)), 'float32');
      const isFirst = tf.sub(1, tf.max(tf.sub(tf.linalg.bandPart(same, -1, 0), tf.eye(rows)), 1, true));
      const both = tf.mul(isFirst, tf.mul(tf.max(farthest, 1, true), tf.max(nearest, 1, true)));
      return { positive: tf.mul(farthest, both), negative: tf.mul(nearest, both), single: true };
    },
  };
}
