import * as tf from '@tensorflow/tfjs';

/** TensorFlow.js's engine, as far as its count of living tensors. */
interface CountingEngine {
  readonly state: { readonly numBytes: number };
  trackTensor(tensor: tf.Tensor, backend: unknown): void;
}

/**
 * Bytes of all living tensors after each tensor that `body` makes, in order. Tensors that share memory count once; what an operation
 * needs inside itself does not count.
 */
export async function liveBytes(body: () => Promise<unknown>): Promise<number[]> {
  const engine = tf.engine() as unknown as CountingEngine;
  const counted: number[] = [];
  const track = engine.trackTensor;
  engine.trackTensor = function (this: CountingEngine, tensor, backend) {
    track.call(this, tensor, backend);
    counted.push(this.state.numBytes);
  };
  try {
    await body();
  } finally {
    engine.trackTensor = track;
  }
  return counted;
}
