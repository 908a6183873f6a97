import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';
import { registerWasmKernel } from './wasm-kernel.ts';

let registered = false;

/** Completes the wasm backend for training: two kernels that it lacks, one that is wrong, one that is slow. */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  registerWasmKernel('Conv2DBackpropFilter', conv2dBackpropFilter);
  registerWasmKernel('UnsortedSegmentSum', unsortedSegmentSum);
  registerWasmKernel('MaxPoolGrad', maxPoolGrad);
  registerWasmKernel('Conv2DBackpropInput', conv2dBackpropInput);
}
