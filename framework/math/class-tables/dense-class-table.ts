import * as tf from '@tensorflow/tfjs';
import type { ClassTable } from '../../contracts/class-table.ts';
import { ops } from '../ops/ops.ts';

/**
 * A class table that is one plain variable: works on any device, for as many classes as fit there. Where the device
 * cannot change rows in place (all but the native one), a write costs as much as the whole table.
 */
export class DenseClassTable implements ClassTable {
  readonly classes: number;
  readonly dim: number;
  readonly #variable: tf.Variable;

  /** @param variable `[classes, dim]` float32; stays the caller's until `dispose` */
  constructor(variable: tf.Variable) {
    this.#variable = variable;
    [this.classes, this.dim] = variable.shape as [number, number];
  }

  /** {@inheritDoc} */
  gather(labels: tf.Tensor1D): tf.Tensor2D {
    return tf.gather(this.#variable, labels) as tf.Tensor2D;
  }

  /** {@inheritDoc} */
  write(labels: tf.Tensor1D, rows: tf.Tensor2D): void {
    ops.writeRows(this.#variable, labels, rows);
  }

  /** {@inheritDoc} */
  scatterAdd(labels: tf.Tensor1D, delta: tf.Tensor2D): void {
    ops.addRows(this.#variable, labels, delta);
  }

  /** {@inheritDoc} */
  async read(begin: number, end: number): Promise<Float32Array> {
    const rows = tf.slice(this.#variable, [begin, 0], [end - begin, this.dim]);
    const values = await rows.data<'float32'>();
    rows.dispose();
    return values;
  }

  /** {@inheritDoc} */
  fill(begin: number, values: Float32Array): void {
    const count = values.length / this.dim;
    const end = begin + count;
    const next = tf.tidy(() => {
      const parts = [
        tf.slice(this.#variable, [0, 0], [begin, this.dim]),
        tf.tensor2d(values, [count, this.dim]),
        tf.slice(this.#variable, [end, 0], [this.classes - end, this.dim]),
      ];
      return tf.concat(
        parts.filter(({ shape }) => shape[0]! > 0),
        0,
      );
    });
    this.#variable.assign(next);
    next.dispose();
  }

  /** {@inheritDoc} */
  zerosLike(): DenseClassTable {
    return new DenseClassTable(tf.tidy(() => tf.variable(tf.zeros([this.classes, this.dim]), false)));
  }

  /** {@inheritDoc} */
  dispose(): void {
    this.#variable.dispose();
  }
}
