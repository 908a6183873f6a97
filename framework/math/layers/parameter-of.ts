import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../../contracts/parameter.ts';

/**
 * Makes a parameter from its initial value, which it takes over.
 *
 * @param role `kernel`: trained, with weight decay; `offset`: trained, without (biases, slopes, normalization);
 * `state`: not trained
 */
export function parameterOf<R extends tf.Rank>(
  name: string,
  initial: tf.Tensor<R>,
  role: 'kernel' | 'offset' | 'state',
  group?: Parameter['group'],
): Parameter<R> {
  const variable = tf.variable(initial, role !== 'state');
  initial.dispose();
  return { name, variable, trainable: role !== 'state', weightDecay: role === 'kernel', ...(group && { group }) };
}
