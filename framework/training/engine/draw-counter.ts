import type { Sampler } from '../../contracts/sampler.ts';

/** The images of a batch, and how often each has come up in the epoch before. */
export interface DrawnBatch {
  readonly indices: Int32Array;
  readonly repeats: Uint32Array;
}

/**
 * Counts how often images come up in an epoch. A batch is asked for in any order; in the order of training each costs
 * one call of the sampler, and one that a resumed run begins with, those before it in its epoch.
 */
export class DrawCounter {
  readonly #sampler: Sampler;
  #counts = new Map<number, number>();
  #epoch = -1;
  #next = 0;

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
  }

  /** Draws batch `step` of `epoch`. */
  batch(epoch: number, step: number): DrawnBatch {
    if (epoch !== this.#epoch || step < this.#next) {
      this.#counts = new Map();
      [this.#epoch, this.#next] = [epoch, 0];
    }
    while (this.#next < step) this.#draw();
    return this.#draw();
  }

  #draw(): DrawnBatch {
    const indices = this.#sampler.batch(this.#epoch, this.#next++);
    const repeats = Uint32Array.from(indices, (index) => {
      const before = this.#counts.get(index) ?? 0;
      this.#counts.set(index, before + 1);
      return before;
    });
    return { indices, repeats };
  }
}
