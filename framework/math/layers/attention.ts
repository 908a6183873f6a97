import * as tf from '@tensorflow/tfjs';
import type { Random } from '../../base/random/random.ts';
import { dense } from './dense.ts';
import { normal } from './initializers.ts';
import type { Layer } from './layer.ts';
import { overRows } from './over-rows.ts';

/** Choices of multi-head self-attention. */
export interface AttentionOptions {
  /** Columns of a token; a multiple of `heads`. */
  readonly width: number;
  readonly heads: number;
  /** Whether queries, keys and values have a bias; they do unless it is false. */
  readonly bias?: boolean;
}

/** Standard deviation of the initial kernels (Dosovitskiy et al.'s code). */
const deviation = 0.02;

/**
 * Makes the layer of multi-head self-attention, softmax(QKᵀ / √d) V in each head, then a projection (Vaswani et al.,
 * NIPS 2017, eq. 1 and section 3.2.2): `x [batch, tokens, width]` → the same shape. `qkv` holds queries, keys and
 * values side by side, head after head in each.
 */
export function selfAttention(
  name: string,
  options: AttentionOptions,
  random: Random,
): Layer<tf.Tensor3D, tf.Tensor3D> {
  const { width, heads, bias = true } = options;
  const joint = overRows(
    dense(`${name}/qkv`, width, 3 * width, random, { bias, kernel: normal([width, 3 * width], deviation, random) }),
  );
  const projection = overRows(
    dense(`${name}/proj`, width, width, random, { kernel: normal([width, width], deviation, random) }),
  );
  const headWidth = width / heads;
  return {
    parameters: [...joint.parameters, ...projection.parameters],
    apply(x, mode) {
      const tokens = x.shape[1];
      const all = joint.apply(x, mode) as tf.Tensor3D;
      const [queries, keys, values] = [0, 1, 2].map((part) => {
        const own = tf.slice(all, [0, 0, part * width], [-1, tokens, width]);
        return tf.transpose(tf.reshape(own, [-1, tokens, heads, headWidth]), [0, 2, 1, 3]);
      });
      const scores = tf.matMul(tf.mul(queries!, 1 / Math.sqrt(headWidth)), keys!, false, true);
      const mixed = tf.transpose(tf.matMul(tf.softmax(scores), values!), [0, 2, 1, 3]);
      return projection.apply(tf.reshape(mixed, [-1, tokens, width]), mode) as tf.Tensor3D;
    },
  };
}
