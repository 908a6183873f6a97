import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A stream of random numbers. Two made for the same purpose and counters give the same numbers. */
export class Random {
  readonly #generator: RandomGenerator;
  #spareNormal: number | undefined;

  /** @param generator the bits; advanced in place */
  constructor(generator: RandomGenerator) {
    this.#generator = generator;
  }

  /** Uniform in [0, 1) with 32 random bits. */
  uniform(): number {
    return (this.#generator.next() >>> 0) / 0x1_0000_0000;
  }

  /** Uniform in [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** Uniform integer in 0 … `limit` − 1; `limit` at most 2³². */
  integer(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** Standard normal (Box and Muller's transform). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Shuffles `values` in place (Fisher and Yates) and returns it. */
  shuffle<T extends { length: number; [index: number]: unknown }>(values: T): T {
    const slots = values as { length: number; [index: number]: unknown };
    for (let last = slots.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [slots[last], slots[other]] = [slots[other], slots[last]];
    }
    return values;
  }
}
