import * as tf from '@tensorflow/tfjs';

/** Hands a kept tensor to the surrounding `tidy`, which disposes it. */
export function releaseToTidy<T extends tf.Tensor>(tensor: T): T {
  const given = tf.clone(tensor);
  tensor.dispose();
  return given;
}
