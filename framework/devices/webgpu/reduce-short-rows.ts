import * as tf from '@tensorflow/tfjs';
import type { Kernel } from './replace-kernel.ts';
import { runShader } from './run-shader.ts';

/** Numbers in a row up to which one thread does it all: the backend gives each row a workgroup of 64 threads. */
const shortRow = 64;
/** Rows from which on it is worth a shader of its own. */
const manyRows = 1024;

/** What is kept while a row is gone through, in WGSL: `value` so far, `x` the next number, `size` of the row. */
interface Reduction {
  readonly first: string;
  readonly next: string;
  readonly last: string;
}

const sum: Reduction = { first: '0.0', next: 'value + x', last: 'value' };
/** As in the backend's own shader: what is no number stays. */
const extreme = (compare: '<' | '>'): Reduction => ({
  first: 'f32(x[offset])',
  next: `select(select(value, x, x ${compare} value), uniforms.NAN, isnan(x) || isnan(value))`,
  last: 'value',
});

/** Reductions of the webgpu backend by the names of their kernels. */
export const reductions: Readonly<Record<string, Reduction>> = {
  Sum: sum,
  Mean: { ...sum, last: 'value / f32(uniforms.rowSize)' },
  Max: extreme('>'),
  Min: extreme('<'),
};

const shaderOf = ({ first, next, last }: Reduction): string => `
  fn main(index : i32) {
    if (index < uniforms.size) {
      let offset = index * uniforms.rowSize;
      var value = ${first};
      for (var at = 0; at < uniforms.rowSize; at = at + 1) {
        value = nextOf(value, f32(x[offset + at]));
      }
      setOutputAtIndex(index, ${last});
    }
  }
  fn nextOf(value : f32, x : f32) -> f32 {
    return ${next};
  }`;

/**
 * Reduces many short rows, such as the norms of 100,000 class weights of 32 numbers, with a thread a row: where the
 * last axes of a tensor of floats go. All else is for the backend's own kernel.
 */
export const reduceShortRows =
  (name: string, reduction: Reduction) =>
  (own: Kernel): Kernel =>
  (given) => {
    const x = given.inputs.x!;
    const { axis, reductionIndices, keepDims } = given.attrs as {
      readonly axis?: number | number[];
      readonly reductionIndices?: number | number[];
      readonly keepDims: boolean;
    };
    const axes = tf.util.parseAxisParam((axis ?? reductionIndices)!, x.shape).sort((one, other) => one - other);
    const areLast = axes.every((one, at) => one === x.shape.length - axes.length + at);
    const rowSize = axes.reduce((size, one) => size * x.shape[one]!, 1);
    const rows = x.size / rowSize;
    if (x.dtype !== 'float32' || !areLast || rowSize > shortRow || !(rows >= manyRows)) return own(given);
    const reduced = runShader(given.backend, {
      name: `short_rows_${name}`,
      code: shaderOf(reduction),
      inputs: { x },
      uniforms: { rowSize },
      shape: [rows],
    });
    const shape = x.shape.flatMap((size, at) => (axes.includes(at) ? (keepDims ? [1] : []) : [size]));
    return tf.tidy(() => tf.reshape(tf.engine().makeTensorFromTensorInfo(reduced), shape));
  };

/** Computes the softmax of many short rows with a thread a row, as `reduceShortRows` does. */
export const softmaxOfShortRows =
  (own: Kernel): Kernel =>
  (given) => {
    const x = given.inputs.logits!;
    const rowSize = x.shape.at(-1)!;
    if (x.dtype !== 'float32' || rowSize > shortRow || !(x.size / rowSize >= manyRows)) return own(given);
    return runShader(given.backend, {
      name: 'short_rows_softmax',
      code: `
  fn main(index : i32) {
    let offset = index * uniforms.rowSize;
    if (offset < uniforms.size) {
      var largest = f32(x[offset]);
      for (var at = 1; at < uniforms.rowSize; at = at + 1) { largest = max(largest, f32(x[offset + at])); }
      var total = 0.0;
      for (var at = 0; at < uniforms.rowSize; at = at + 1) { total = total + exp(f32(x[offset + at]) - largest); }
      for (var at = 0; at < uniforms.rowSize; at = at + 1) {
        setOutputAtIndex(offset + at, exp(f32(x[offset + at]) - largest) / total);
      }
    }
  }`,
      inputs: { x },
      uniforms: { rowSize },
      shape: x.shape,
      threads: x.size / rowSize,
    });
  };
