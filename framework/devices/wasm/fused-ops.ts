import * as tf from '@tensorflow/tfjs';
import { customGradient, differentiated } from '../../math/ops/custom-gradient.ts';
import type { Ops } from '../../math/ops/ops.ts';
import type { WasmBackend } from './wasm-kernel.ts';

/**
 * Operations that the device does in one pass where TensorFlow.js composes several. Each equals its plain version in
 * value and gradient.
 */
export const fusedOps: Partial<Ops> = {
  prelu: <T extends tf.Tensor>(x: T, slope: tf.Tensor1D): T =>
    customGradient([x, slope], (input, factor) =>
      differentiated({
        value: tf.prelu(input as tf.Tensor, factor as tf.Tensor) as T,
        saved: [input, factor],
        gradient: (dy, [kept, keptFactor]) => preluGradient(dy, kept, keptFactor),
      }),
    ),
};

/** By `x [..., channels]` and by `slope [channels]`; at 0 the slope's side, as TensorFlow.js has it. */
function preluGradient(dy: tf.Tensor, x: tf.Tensor, slope: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const backend = tf.backend() as unknown as WasmBackend;
  const [forInput, forSlope] = [backend.makeOutput(x.shape, 'float32'), backend.makeOutput(slope.shape, 'float32')];
  const [values, gradient, slopes, result] = [x, dy, slope, forInput].map((tensor) =>
    backend.typedArrayFromHeap(tensor),
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const channels = slope.size;
  const sums = new Float64Array(channels);
  // Signs follow no pattern that a processor could foresee, so the loop asks the bits and does not branch.
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  const factors = Float32Array.from({ length: 2 * channels }, (_, index) =>
    index % 2 === 0 ? slopes[index >> 1]! : 1,
  );
  for (let at = 0; at < values.length; ) {
    for (let channel = 0; channel < channels; channel++, at++) {
      const word = bits[at]!;
      const positive = ((~word & -word) >> 31) & 1;
      const given = gradient[at]!;
      result[at] = given * factors[2 * channel + positive]!;
      sums[channel]! += given * Math.min(values[at]!, 0);
    }
  }
  backend.typedArrayFromHeap(forSlope).set(sums);
  const engine = tf.engine();
  return [engine.makeTensorFromTensorInfo(forInput), engine.makeTensorFromTensorInfo(forSlope)];
}
