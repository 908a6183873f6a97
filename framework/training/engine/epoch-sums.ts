import type { TrainingPosition } from '../../contracts/checkpoint.ts';

/** Means over an epoch's images, kept as sums so that a resumed epoch ends with the same number. */
export class EpochSums {
  readonly #sums: Map<string, [sum: number, images: number]>;

  /** @param state sums of an epoch under way */
  constructor(state: TrainingPosition['epochSums'] = {}) {
    this.#sums = new Map(Object.entries(state).map(([name, [sum, images]]) => [name, [sum, images]]));
  }

  /** Adds a batch's mean values with the batch's images as their weight. */
  add(values: Readonly<Record<string, number>>, images: number): void {
    for (const [name, value] of Object.entries(values)) {
      const [sum, count] = this.#sums.get(name) ?? [0, 0];
      this.#sums.set(name, [sum + value * images, count + images]);
    }
  }

  /** Mean by name. */
  means(): Record<string, number> {
    return Object.fromEntries([...this.#sums].map(([name, [sum, images]]) => [name, sum / images]));
  }

  /** The sums, for a checkpoint. */
  state(): TrainingPosition['epochSums'] {
    return Object.fromEntries(this.#sums);
  }

  /** Begins the next epoch. */
  clear(): void {
    this.#sums.clear();
  }
}
