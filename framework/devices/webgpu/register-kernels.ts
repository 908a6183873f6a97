import * as tf from '@tensorflow/tfjs';
import { multiplySmallMatrices } from './multiply-small-matrices.ts';
import { reduceShortRows, reductions, softmaxOfShortRows } from './reduce-short-rows.ts';
import { replaceKernel } from './replace-kernel.ts';
import { sumInParts } from './sum-in-parts.ts';
import { transposeOfIntegers } from './transpose-of-integers.ts';

let registered = false;

/** Mends the webgpu backend where it differs from `cpu`, and where small work takes many threads. */
export function registerKernels(): void {
  if (registered) return;
  registered = true;
  // The backend relabels integers as floats and leaves their bits, which shaders that read memory as it lies then take
  // for floats.
  replaceKernel('Cast', (own) => (given) => {
    const { dtype } = given.inputs.x!;
    if (given.attrs.dtype !== 'float32' || (dtype !== 'int32' && dtype !== 'bool')) return own(given);
    return tf.tidy(() => tf.add(tf.engine().makeTensorFromTensorInfo(own(given)), tf.scalar(0)));
  });
  replaceKernel('Transpose', transposeOfIntegers);
  replaceKernel('AddN', sumInParts);
  for (const [name, reduction] of Object.entries(reductions)) replaceKernel(name, reduceShortRows(name, reduction));
  replaceKernel('Softmax', softmaxOfShortRows);
  replaceKernel('BatchMatMul', multiplySmallMatrices);
}
