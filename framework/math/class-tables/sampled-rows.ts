import * as tf from '@tensorflow/tfjs';
import type { ClassTable } from '../../contracts/class-table.ts';
import type { RowsInPlay } from '../../contracts/parameter.ts';
import { assignRows } from './assign-rows.ts';

/** Rows of a class table on their way: into a variable for a step, and home after it. */
export class SampledRows implements RowsInPlay {
  readonly table: ClassTable;
  readonly shape: readonly number[];
  readonly unsampled: 'frozen' | 'decayed';
  /** The active rows, `[rows, dim]`, or `[rows]` of a bias; none before the first `bring`. */
  readonly variable: tf.Variable;
  /** The classes of the active rows. */
  classes: Int32Array = new Int32Array(0);
  readonly #carried: (readonly [tf.Variable, ClassTable])[] = [];
  readonly #listeners: ((classes: Int32Array, step: number) => void)[] = [];
  #indices: tf.Tensor1D | undefined;

  /** @param table taken over; @param flat the rows of a table of one column as a vector */
  constructor(table: ClassTable, unsampled: 'frozen' | 'decayed', flat = false) {
    [this.table, this.unsampled] = [table, unsampled];
    this.shape = flat ? [table.classes] : [table.classes, table.dim];
    this.variable = tf.tidy(() => tf.variable(tf.zeros(flat ? [0] : [0, table.dim])));
    this.#carried.push([this.variable, table]);
  }

  /**
   * Brings rows into the variable, and what travels along.
   *
   * @param classes all different; the column of each in the scores is its place here
   * @param step training step from 0
   */
  bring(classes: Int32Array, step: number): void {
    this.#indices?.dispose();
    this.classes = classes;
    const indices = tf.keep(tf.tensor1d(classes, 'int32'));
    this.#indices = indices;
    for (const [variable, table] of this.#carried)
      assignRows(
        variable,
        tf.tidy(() => shaped(table.gather(indices), variable.rank)),
      );
    for (const listener of this.#listeners) listener(classes, step);
  }

  /** {@inheritDoc} */
  carry(variable: tf.Variable, table: ClassTable): void {
    this.#carried.push([variable, table]);
  }

  /** {@inheritDoc} */
  onArrival(listener: (classes: Int32Array, step: number) => void): void {
    this.#listeners.push(listener);
  }

  /** {@inheritDoc} */
  putBack(): void {
    const indices = this.#indices;
    if (indices)
      for (const [variable, table] of this.#carried)
        tf.tidy(() => table.write(indices, tf.reshape(variable, [indices.size, table.dim])));
  }

  /** {@inheritDoc} */
  dispose(): void {
    tf.dispose([this.variable, this.#indices ?? []]);
    this.#indices = undefined;
    this.table.dispose();
  }
}

/** Rows of one column as a vector where the variable is one. */
const shaped = (rows: tf.Tensor2D, rank: number): tf.Tensor => (rank === 1 ? tf.reshape(rows, [rows.shape[0]]) : rows);
