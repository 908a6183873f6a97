import * as tf from '@tensorflow/tfjs';

/** `z = x + bias` where positive, `slope` · z elsewhere: `x [..., channels]`, bias and slope `[channels]`. */
export const biasPrelu = <T extends tf.Tensor>(x: T, bias: tf.Tensor1D, slope: tf.Tensor1D): T => tf.prelu(tf.add(x as tf.Tensor, bias), slope) as T;
