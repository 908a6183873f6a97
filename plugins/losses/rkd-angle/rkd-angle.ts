import { customGradient, tf, type Loss } from 'ablate-ml';
import { inBlocks } from 'ablate-ml/losses';

/**
 * Computes relational knowledge distillation by angles (Park, Kim, Lu, Cho, CVPR 2019, eq. 9 and 10): the mean over all
 * ordered triples (i, j, k) of rows of the Huber loss between the cosines of the angle at i in student and teacher.
 */
export function rkdAngle(): Loss {
  return {
    parameters: [],
    forward: ({ embedding, teacher }) => ({ value: meanOverTriples(embedding, teacher!) }),
  };
}

/** The mean, with its gradient summed on the way: rows i are taken in blocks, so that memory stays bounded. */
function meanOverTriples(student: tf.Tensor2D, teacher: tf.Tensor2D): tf.Scalar {
  const rows = student.shape[0];
  return customGradient([student], (x) => {
    const blocks = inBlocks(rows, rows * Math.max(rows, student.shape[1], teacher.shape[1]), (begin, count) => {
      const { edges, lengths } = edgesFrom(x as tf.Tensor2D, begin, count);
      const wanted = edgesFrom(teacher, begin, count).edges;
      const gap = tf.sub(tf.matMul(edges, edges, false, true), tf.matMul(wanted, wanted, false, true));
      const size = tf.abs(gap);
      const slope = tf.clipByValue(gap, -1, 1);
      const loss = tf.sum(tf.mul(tf.abs(slope), tf.sub(size, tf.mul(0.5, tf.abs(slope)))));
      // Each cosine has two edges, and the triple comes twice, with j and k exchanged.
      const alongEdges = tf.mul(2, tf.matMul(slope, edges));
      const across = tf.sub(alongEdges, tf.mul(edges, tf.sum(tf.mul(edges, alongEdges), 2, true)));
      const pull = tf.divNoNan(across, lengths);
      const fromOrigins = tf.pad(tf.neg(tf.sum(pull, 1)) as tf.Tensor2D, [
        [begin, rows - begin - count],
        [0, 0],
      ]);
      return [loss, tf.add(tf.sum(pull, 0), fromOrigins)];
    });
    const total = (place: number): tf.Tensor => tf.div(tf.addN(blocks.map((block) => block[place]!)), rows ** 3);
    return { value: total(0) as tf.Scalar, saved: [total(1)], gradient: (dy, [slopes]) => tf.mul(dy, slopes!) };
  });
}

/**
 * Unit vectors from some rows i to all rows j, `[count, rows, dim]`, 0 where they are equal, and their lengths before.
 */
function edgesFrom(x: tf.Tensor2D, begin: number, count: number): { edges: tf.Tensor3D; lengths: tf.Tensor } {
  const differences = tf.sub(tf.expandDims(x, 0), tf.expandDims(tf.slice(x, begin, count), 1));
  const lengths = tf.norm(differences, 2, 2, true);
  return { edges: tf.divNoNan(differences, lengths) as tf.Tensor3D, lengths };
}
