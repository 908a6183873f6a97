import type { PlainRows } from './plain-class-table.ts';

/** Rows in the machine's memory, all zero at first. */
export class HostRows implements PlainRows {
  readonly classes: number;
  readonly dim: number;
  #values: Float32Array;

  constructor(classes: number, dim: number) {
    [this.classes, this.dim] = [classes, dim];
    this.#values = new Float32Array(classes * dim);
  }

  /** {@inheritDoc} */
  read(begin: number, target: Float32Array): void {
    target.set(this.#values.subarray(begin * this.dim, begin * this.dim + target.length));
  }

  /** {@inheritDoc} */
  write(begin: number, values: Float32Array): void {
    this.#values.set(values, begin * this.dim);
  }

  /** {@inheritDoc} */
  zerosLike(): HostRows {
    return new HostRows(this.classes, this.dim);
  }

  /** {@inheritDoc} */
  close(): void {
    this.#values = new Float32Array(0);
  }
}
