import { util } from '@tensorflow/tfjs';
import type { WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Adds up rows of `x [rows, …]` by `segmentIds [rows]`; the gradient of `gather`. The wasm backend has no such kernel.
 */
export const unsortedSegmentSum: WasmKernelFunction = ({ inputs, attrs, backend }) => {
  const { x, segmentIds } = inputs as { x: NonNullable<typeof inputs.x>; segmentIds: NonNullable<typeof inputs.x> };
  const segments = attrs.numSegments as number;
  const inner = x.shape.slice(1);
  const width = util.sizeFromShape(inner);
  const result = backend.makeOutput([segments, ...inner], x.dtype);
  const values = backend.typedArrayFromHeap(x);
  const ids = backend.typedArrayFromHeap(segmentIds);
  const sums = backend.typedArrayFromHeap(result).fill(0);
  for (let row = 0; row < x.shape[0]!; row++) {
    const segment = ids[row]!;
    if (segment < 0 || segment >= segments) continue;
    for (let column = 0; column < width; column++) sums[segment * width + column]! += values[row * width + column]!;
  }
  return result;
};
