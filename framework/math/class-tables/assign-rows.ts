import * as tf from '@tensorflow/tfjs';

/**
 * Assigns a value that may have another number of rows than the variable had, which TensorFlow.js's own `assign`
 * refuses. Takes the value over.
 */
export function assignRows(variable: tf.Variable, value: tf.Tensor): void {
  if (variable.shape[0] === value.shape[0]) {
    variable.assign(value);
  } else {
    tf.engine().disposeTensor(variable);
    Object.assign(variable, { shape: value.shape, size: value.size, strides: value.strides, dataId: value.dataId });
    tf.engine().incRef(variable, null as never);
  }
  value.dispose();
}
