import { castToBoolean } from './cast-to-boolean.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { depthwiseBackpropFilter } from './depthwise-backprop-filter.ts';
import { depthwiseBackpropInput } from './depthwise-backprop-input.ts';
import { einsum } from './einsum.ts';
import { gatherByBatch } from './gather-by-batch.ts';
import { identityWithoutCopy } from './identity-without-copy.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { oneHot } from './one-hot.ts';
import { productOfTransposed } from './product-of-transposed.ts';
import { stridedSliceOfIntegers } from './strided-slice-of-integers.ts';
import { sumOfRows } from './sum-of-rows.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';
import { registerWasmKernel } from './wasm-kernel.ts';
import { widenBooleans } from './widen-booleans.ts';

let registered = false;

/**
 * Completes the wasm backend for training. Two kernels are missing there, one is slow, and the others give wrong values
 * or write past their memory; the test beside `cpu` found each.
 */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  registerWasmKernel('Conv2DBackpropFilter', conv2dBackpropFilter);
  registerWasmKernel('UnsortedSegmentSum', unsortedSegmentSum);
  registerWasmKernel('MaxPoolGrad', maxPoolGrad);
  registerWasmKernel('OneHot', oneHot);
  registerWasmKernel('Conv2DBackpropInput', conv2dBackpropInput);
  registerWasmKernel('DepthwiseConv2dNativeBackpropInput', depthwiseBackpropInput);
  registerWasmKernel('DepthwiseConv2dNativeBackpropFilter', depthwiseBackpropFilter);
  einsum();
  sumOfRows('Sum');
  sumOfRows('Mean');
  productOfTransposed();
  identityWithoutCopy();
  gatherByBatch();
  widenBooleans('Select', ['t', 'e']);
  widenBooleans('Reverse', ['x']);
  castToBoolean();
  stridedSliceOfIntegers();
}
