import * as tf from '@tensorflow/tfjs';

/** A value, what its gradient needs of the forward pass, and the gradient. */
export interface Differentiated<Out extends tf.Tensor> {
  readonly value: Out;
  /** Tensors that `gradient` needs; TensorFlow.js keeps them until then. */
  readonly saved: readonly tf.Tensor[];
  /** d loss / d each input, given `dy` = d loss / d value and `saved` in its order. */
  gradient(dy: Out, saved: readonly tf.Tensor[]): tf.Tensor | tf.Tensor[];
}

/** A function of `inputs` whose gradient is written out. The typed form of `tf.customGrad`. */
export function customGradient<Out extends tf.Tensor>(
  inputs: readonly tf.Tensor[],
  forward: (...inputs: tf.Tensor[]) => Differentiated<Out>,
): Out {
  const differentiable = tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: tf.Tensor[]) => void;
    const { value, saved, gradient } = forward(...(given as tf.Tensor[]));
    save([...saved]);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => tf.tidy(() => gradient(dy as Out, kept)) };
  });
  return differentiable(...inputs) as Out;
}
