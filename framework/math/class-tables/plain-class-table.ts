import * as tf from '@tensorflow/tfjs';
import type { ClassTable } from '../../contracts/class-table.ts';

/** Rows outside the device, read and written a run of neighbors at a time. */
export interface PlainRows {
  readonly classes: number;
  readonly dim: number;
  /** Reads the rows from `begin` on into `target`, as many as fit. */
  read(begin: number, target: Float32Array): void;
  /** Writes `values` over the rows from `begin` on. */
  write(begin: number, values: Float32Array): void;
  zerosLike(): PlainRows;
  close(): void;
}

/**
 * A class table outside the device: a step brings only its rows there. Needs a device that can be read without waiting,
 * which WebGPU cannot.
 */
export class PlainClassTable implements ClassTable {
  readonly classes: number;
  readonly dim: number;
  readonly #rows: PlainRows;

  /** @param rows taken over */
  constructor(rows: PlainRows) {
    [this.#rows, this.classes, this.dim] = [rows, rows.classes, rows.dim];
  }

  /** {@inheritDoc} */
  gather(labels: tf.Tensor1D): tf.Tensor2D {
    return tf.tensor2d(this.#gather(labels.dataSync<'int32'>()), [labels.size, this.dim]);
  }

  /** {@inheritDoc} */
  write(labels: tf.Tensor1D, rows: tf.Tensor2D): void {
    this.#write(labels.dataSync<'int32'>(), rows.dataSync<'float32'>());
  }

  /** {@inheritDoc} */
  scatterAdd(labels: tf.Tensor1D, delta: tf.Tensor2D): void {
    const deltas = delta.dataSync<'float32'>();
    const row = new Float32Array(this.dim);
    for (const [index, label] of labels.dataSync<'int32'>().entries()) {
      this.#rows.read(label, row);
      for (let column = 0; column < this.dim; column++) row[column]! += deltas[index * this.dim + column]!;
      this.#rows.write(label, row);
    }
  }

  /** {@inheritDoc} */
  async read(begin: number, end: number): Promise<Float32Array> {
    const values = new Float32Array((end - begin) * this.dim);
    this.#rows.read(begin, values);
    return values;
  }

  /** {@inheritDoc} */
  fill(begin: number, values: Float32Array): void {
    this.#rows.write(begin, values);
  }

  /** {@inheritDoc} */
  zerosLike(): PlainClassTable {
    return new PlainClassTable(this.#rows.zerosLike());
  }

  /** {@inheritDoc} */
  dispose(): void {
    this.#rows.close();
  }

  #gather(labels: Int32Array): Float32Array {
    const values = new Float32Array(labels.length * this.dim);
    for (const [from, to] of neighbors(labels))
      this.#rows.read(labels[from]!, values.subarray(from * this.dim, to * this.dim));
    return values;
  }

  #write(labels: Int32Array, values: Float32Array): void {
    for (const [from, to] of neighbors(labels))
      this.#rows.write(labels[from]!, values.subarray(from * this.dim, to * this.dim));
  }
}

/** The places `from` … `to` − 1 whose labels follow one another, so that one access serves them all. */
function* neighbors(labels: Int32Array): Generator<[number, number]> {
  for (let from = 0; from < labels.length; ) {
    let to = from + 1;
    while (to < labels.length && labels[to] === labels[to - 1]! + 1) to++;
    yield [from, to];
    from = to;
  }
}
