import * as tf from '@tensorflow/tfjs';
import { registerWasmKernel, type WasmKernelFunction } from './wasm-kernel.ts';

/**
 * Transposes a matrix before it is multiplied where the product asks for it: the backend's fast kernel takes matrices
 * as they lie, and its slow one takes the rest.
 */
export function productOfTransposed(): void {
  const own = tf.getKernel('BatchMatMul', 'wasm').kernelFunc as unknown as WasmKernelFunction;
  registerWasmKernel('BatchMatMul', (given) => {
    const { a, b } = given.inputs as { a: tf.Tensor; b: tf.Tensor };
    const { transposeA, transposeB } = given.attrs as { transposeA: boolean; transposeB: boolean };
    if ((!transposeA && !transposeB) || a.rank !== 3 || a.shape[0] !== 1 || b.shape[0] !== 1) return own(given);
    return tf.tidy(() => {
      const turned = (matrix: tf.Tensor, turn: boolean): tf.Tensor => (turn ? tf.transpose(matrix, [0, 2, 1]) : matrix);
      const inputs = { a: turned(a, transposeA), b: turned(b, transposeB) };
      return tf
        .engine()
        .makeTensorFromTensorInfo(own({ ...given, inputs, attrs: { transposeA: false, transposeB: false } }));
    });
  });
}
