import * as tf from '@tensorflow/tfjs';

/** A value, what its gradient needs of the forward pass, and the gradient. */
export interface Differentiated<Saved extends readonly tf.Tensor[], Out extends tf.Tensor> {
  readonly value: Out;
  /** Tensors that `gradient` needs; TensorFlow.js keeps them until then. */
  readonly saved: Saved;
  /** d loss / d each input, given `dy` = d loss / d value and `saved` in its order. */
  readonly gradient: (dy: Out, saved: Saved) => tf.Tensor | readonly tf.Tensor[];
}

/** Infers the types of a value with its gradient: what is saved reaches `gradient` as it was saved. */
export const differentiated = <const Saved extends readonly tf.Tensor[], Out extends tf.Tensor>(
  made: Differentiated<Saved, Out>,
): Differentiated<Saved, Out> => made;

/** Computes a function of `inputs` whose gradient is written out. The typed form of `tf.customGrad`. */
export function customGradient<
  const Inputs extends readonly tf.Tensor[],
  Saved extends readonly tf.Tensor[],
  Out extends tf.Tensor,
>(inputs: Inputs, forward: (...inputs: Inputs) => Differentiated<Saved, Out>): Out {
  const differentiable = tf.customGrad((...given) => {
    const save = given.pop() as unknown as (tensors: tf.Tensor[]) => void;
    const { value, saved, gradient } = forward(...(given as readonly tf.Tensor[] as Inputs));
    save([...saved]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) =>
        tf.tidy(() => gradient(dy as Out, kept as readonly tf.Tensor[] as Saved) as tf.Tensor | tf.Tensor[]),
    };
  });
  return differentiable(...inputs) as Out;
}
