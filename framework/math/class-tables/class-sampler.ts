import type { Random } from '../../base/random/random.ts';

/**
 * Draws the classes of a step: those of the batch, and others uniformly without replacement until there are enough. The
 * cost depends on how many are drawn, not on how many there are (but for a pass over one bit a class).
 */
export class ClassSampler {
  readonly #classes: number;
  /** A bit a class; all 0 between two calls. */
  readonly #marks: Uint32Array;

  constructor(classes: number) {
    this.#classes = classes;
    this.#marks = new Uint32Array(Math.ceil(classes / 32));
  }

  /**
   * @param positives classes that must be among them, one or more times
   * @param columns how many there shall be; more where there are more positives, all where there are not as many
   * classes
   * @returns the classes in ascending order, all different
   */
  draw(positives: Iterable<number>, columns: number, random: Random): Int32Array {
    let count = 0;
    for (const label of positives) count += this.#mark(label);
    const wanted = Math.max(count, Math.min(columns, this.#classes));
    // Whichever is fewer is drawn, those to take or those to leave: so a draw seldom meets a class twice.
    if (2 * wanted <= this.#classes) while (count < wanted) count += this.#mark(random.integer(this.#classes));
    else count = this.#markAllBut(this.#classes - wanted, random);
    return this.#take(count);
  }

  #markAllBut(left: number, random: Random): number {
    const out = new Set<number>();
    while (out.size < left) {
      const label = random.integer(this.#classes);
      if (!this.#isMarked(label)) out.add(label);
    }
    for (let label = 0; label < this.#classes; label++) if (!out.has(label)) this.#mark(label);
    return this.#classes - left;
  }

  #isMarked(label: number): boolean {
    return ((this.#marks[label >>> 5]! >>> (label & 31)) & 1) === 1;
  }

  /** 1 where it was not marked before. */
  #mark(label: number): 0 | 1 {
    if (this.#isMarked(label)) return 0;
    this.#marks[label >>> 5]! |= 1 << (label & 31);
    return 1;
  }

  #take(count: number): Int32Array {
    const taken = new Int32Array(count);
    let place = 0;
    for (let word = 0; word < this.#marks.length; word++) {
      for (let bits = this.#marks[word]!; bits !== 0; bits &= bits - 1)
        taken[place++] = 32 * word + (31 - Math.clz32(bits & -bits));
      this.#marks[word] = 0;
    }
    return taken;
  }
}
