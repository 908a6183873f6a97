import type { Kernel } from './replace-kernel.ts';
import { runShader } from './run-shader.ts';

/**
 * Rows and columns up to which a thread a number beats the backend's tiles of 32 × 32, most of which would be empty.
 */
const small = 16;
/** Products from which on it is worth a shader of its own. */
const many = 256;

const code = `
  fn main(index : i32) {
    if (index < uniforms.size) {
      let column = index % uniforms.columns;
      let row = (index / uniforms.columns) % uniforms.rows;
      let product = index / (uniforms.columns * uniforms.rows);
      let inner = uniforms.inner;
      var value = 0.0;
      for (var at = 0; at < inner; at = at + 1) {
        let one = select(row * inner + at, at * uniforms.rows + row, uniforms.transposeA == 1);
        let other = select(at * uniforms.columns + column, column * inner + at, uniforms.transposeB == 1);
        value = value + f32(a[product * uniforms.rows * inner + one]) * f32(b[product * inner * uniforms.columns + other]);
      }
      setOutputAtIndex(index, value);
    }
  }`;

/** Computes the products of many pairs of small matrices, such as of the 10 sub-centers of each of 10,000 classes. */
export const multiplySmallMatrices =
  (own: Kernel): Kernel =>
  (given) => {
    const [a, b] = [given.inputs.a!, given.inputs.b!];
    const { transposeA, transposeB } = given.attrs as { transposeA: boolean; transposeB: boolean };
    const [products = 0, rows = 0, inner = 0] = transposeA ? [a.shape[0], a.shape[2], a.shape[1]] : a.shape;
    const columns = b.shape[transposeB ? 1 : 2] ?? 0;
    const fits =
      a.shape.length === 3 &&
      b.shape.length === 3 &&
      b.shape[0] === products &&
      a.dtype === 'float32' &&
      b.dtype === 'float32' &&
      products >= many &&
      rows <= small &&
      columns <= small;
    if (!fits) return own(given);
    return runShader(given.backend, {
      name: 'small_matrices',
      code,
      inputs: { a, b },
      uniforms: { rows, columns, inner, transposeA: Number(transposeA), transposeB: Number(transposeB) },
      shape: [products, rows, columns],
    });
  };
