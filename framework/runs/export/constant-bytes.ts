import type { GraphNode, NumberType } from './graph.ts';

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** A constant's type, shape and little-endian bytes. */
export interface ConstantBytes {
  readonly dtype: NumberType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** Reads what a node of the operation `Const` holds. */
export async function constantBytes({ attributes, value }: GraphNode): Promise<ConstantBytes> {
  const { type: dtype } = attributes.dtype as { type: NumberType };
  const { shape } = attributes.shape as { shape: readonly number[] };
  const numbers = Array.isArray(value)
    ? arrays[dtype].from(value as number[])
    : await (value as import('@tensorflow/tfjs').Tensor).data();
  const { buffer, byteOffset, byteLength } = numbers as Float32Array;
  return { dtype, shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}
