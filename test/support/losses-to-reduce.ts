import { tf } from 'ablate-ml';

/** Losses of two anchors with three others; the last of the second is none: what reducers are tried on. */
export const losses = tf.tensor2d([
  [0, 2, 4],
  [1, 3, 9],
]);
/** How often each counts. */
export const counts = tf.tensor2d([
  [1, 1, 1],
  [1, 1, 0],
]);
/** Of the anchors. */
export const labels = tf.tensor1d([0, 1], 'int32');
