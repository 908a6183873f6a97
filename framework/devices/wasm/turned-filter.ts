import * as tf from '@tensorflow/tfjs';
import type { WasmBackend } from './wasm-kernel.ts';

/** Turns a filter `[height, width, inputs, outputs]` by half a circle and exchanges inputs and outputs. */
export function turnedFilter(filter: tf.Tensor4D, backend: WasmBackend): tf.Tensor4D {
  const [height, width, inputs, outputs] = filter.shape;
  const result = backend.makeOutput([height, width, outputs, inputs], 'float32');
  const values = backend.typedArrayFromHeap(filter);
  const turned = backend.typedArrayFromHeap(result);
  const places = height * width;
  for (let place = 0; place < places; place++) {
    const to = (places - 1 - place) * inputs * outputs;
    for (let input = 0, at = place * inputs * outputs; input < inputs; input++)
      for (let output = 0; output < outputs; output++, at++) turned[to + output * inputs + input] = values[at]!;
  }
  return tf.engine().makeTensorFromTensorInfo(result) as tf.Tensor4D;
}
