import * as tf from '@tensorflow/tfjs';
import type { ClassTable } from '../contracts/class-table.ts';

/** A class table that is one plain variable: works on any device, for as many classes as fit there. */
export class DenseClassTable implements ClassTable {
  readonly classes: number;
  readonly dim: number;
  readonly #variable: tf.Variable;

  /** @param variable `[classes, dim]` float32; stays the caller's */
  constructor(variable: tf.Variable) {
    this.#variable = variable;
    [this.classes, this.dim] = variable.shape as [number, number];
  }

  /** {@inheritDoc ClassTable.gather} */
  gather(labels: tf.Tensor1D): tf.Tensor2D {
    return tf.gather(this.#variable, labels) as tf.Tensor2D;
  }

  /** {@inheritDoc ClassTable.scatterAdd} */
  scatterAdd(labels: tf.Tensor1D, delta: tf.Tensor2D): void {
    const next = tf.tidy(() => tf.add(this.#variable, tf.unsortedSegmentSum(delta, labels, this.classes)));
    this.#variable.assign(next);
    next.dispose();
  }
}
