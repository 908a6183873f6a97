import * as tf from '@tensorflow/tfjs';
import type { Kernel } from './replace-kernel.ts';

/**
 * Transposes integers and booleans as floats: the backend's own shaders for them are not valid, and give zeros in
 * silence. Integers are exact up to 2²⁴, as in all of the backend's arithmetic, which is done in floats.
 */
export const transposeOfIntegers =
  (own: Kernel): Kernel =>
  (given) => {
    const { x } = given.inputs as { x: tf.Tensor };
    if (x.dtype === 'float32') return own(given);
    return tf.tidy(() => tf.cast(tf.transpose(tf.cast(x, 'float32'), given.attrs.perm as number[]), x.dtype));
  };
