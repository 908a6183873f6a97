import * as tf from '@tensorflow/tfjs';

/** TensorFlow.js's engine, as far as it hears of tensors that come and go. */
interface HearingEngine {
  readonly state: { readonly tensorInfo: { has(memory: object): boolean } };
  trackTensor(tensor: tf.Tensor, backend: unknown): void;
  disposeTensor(tensor: tf.Tensor): void;
}

const tensorBytes = ({ size, dtype }: tf.Tensor): number => size * tf.util.bytesPerElement(dtype);

/**
 * Counts the bytes of all living tensors after each tensor that `body` makes, in order. Tensors that share memory count
 * once, where TensorFlow.js's own count has each of them; what an operation needs inside itself does not count.
 */
export async function liveBytes(body: () => Promise<unknown>): Promise<number[]> {
  const engine = tf.engine() as unknown as HearingEngine;
  const counted: number[] = [];
  const { trackTensor, disposeTensor } = engine;
  /** Living tensors by the memory they share. */
  const sharing = new Map<object, number>();
  let live = tf.memory().numBytes;
  engine.trackTensor = function (tensor, backend) {
    // Memory that was there before has one tensor of that time.
    const others = sharing.get(tensor.dataId) ?? (engine.state.tensorInfo.has(tensor.dataId) ? 1 : 0);
    trackTensor.call(this, tensor, backend);
    sharing.set(tensor.dataId, others + 1);
    if (others === 0) live += tensorBytes(tensor);
    counted.push(live);
  };
  engine.disposeTensor = function (tensor) {
    disposeTensor.call(this, tensor);
    const others = (sharing.get(tensor.dataId) ?? 1) - 1;
    if (others > 0) return void sharing.set(tensor.dataId, others);
    sharing.delete(tensor.dataId);
    live -= tensorBytes(tensor);
  };
  try {
    await body();
  } finally {
    Object.assign(engine, { trackTensor, disposeTensor });
  }
  return counted;
}
