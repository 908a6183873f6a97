import * as tf from '@tensorflow/tfjs';

/** A kept tensor as one that the surrounding `tidy` disposes. */
export function releaseToTidy<T extends tf.Tensor>(tensor: T): T {
  const given = tf.clone(tensor);
  tensor.dispose();
  return given;
}
