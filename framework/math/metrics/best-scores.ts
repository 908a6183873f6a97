/** The best candidates of some queries, kept while parts of the references go by. */
export class BestScores {
  readonly rows: number;
  readonly #width: number;
  readonly #scores: Float32Array;
  readonly #indices: Int32Array;
  /** Candidates of each row so far. */
  readonly #sizes: Int32Array;
  readonly #merged: { scores: Float32Array; indices: Int32Array };

  /** @param width candidates kept for each row */
  constructor(rows: number, width: number) {
    this.rows = rows;
    this.#width = width;
    [this.#scores, this.#indices, this.#sizes] = [
      new Float32Array(rows * width),
      new Int32Array(rows * width),
      new Int32Array(rows),
    ];
    this.#merged = { scores: new Float32Array(width), indices: new Int32Array(width) };
  }

  /** Scores of a row by falling value, a view. */
  scoresOf(row: number): Float32Array {
    return this.#scores.subarray(row * this.#width, row * this.#width + this.#sizes[row]!);
  }

  /** References of a row by falling score, those of equal score by index; a copy. */
  indicesOf(row: number): Int32Array {
    return this.#indices.slice(row * this.#width, row * this.#width + this.#sizes[row]!);
  }

  /**
   * Merges candidates of the rows from `first` on.
   *
   * @param scores `[rows, count]`, each row falling; @param indices likewise, counted from `offset`, which lies beyond
   * all references before
   */
  merge(first: number, scores: Float32Array, indices: Int32Array, count: number, offset: number): void {
    const width = this.#width;
    const { scores: mergedScores, indices: mergedIndices } = this.#merged;
    for (let from = 0, row = first; from < scores.length; from += count, row++) {
      const start = row * width;
      const size = this.#sizes[row]!;
      if (size === width && scores[from]! <= this.#scores[start + width - 1]!) continue;
      const total = Math.min(width, size + count);
      for (let [place, old, fresh] = [0, 0, 0]; place < total; place++) {
        // What came first has the smaller index, so it stays before an equal score.
        const keeps = old < size && (fresh === count || this.#scores[start + old]! >= scores[from + fresh]!);
        mergedScores[place] = keeps ? this.#scores[start + old]! : scores[from + fresh]!;
        mergedIndices[place] = keeps ? this.#indices[start + old++]! : offset + indices[from + fresh++]!;
      }
      this.#scores.set(mergedScores.subarray(0, total), start);
      this.#indices.set(mergedIndices.subarray(0, total), start);
      this.#sizes[row] = total;
    }
  }
}
