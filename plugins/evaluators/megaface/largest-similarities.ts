import { tf } from 'ablate-ml';
import { similarityOf, type DistanceMeasure, type Rows } from 'ablate-ml/metrics';

/** Scores held at once: 256 × 65,536, 64 MiB. */
const [queriesAtOnce, referencesAtOnce] = [256, 2 ** 16];

/** Pairs whose float32 score may be among the largest. */
class Candidates {
  readonly #wanted: number;
  readonly #margin: number;
  #scores: Float64Array;
  #queries: Int32Array;
  #references: Int32Array;
  #size = 0;
  /** No score below this can be among the largest. */
  cut = -Infinity;

  constructor(wanted: number, margin: number) {
    this.#wanted = wanted;
    this.#margin = margin;
    const room = 2 * wanted + 4096;
    [this.#scores, this.#queries, this.#references] = [
      new Float64Array(room),
      new Int32Array(room),
      new Int32Array(room),
    ];
  }

  add(score: number, query: number, reference: number): void {
    if (this.#size === this.#scores.length) this.#prune();
    [this.#scores[this.#size], this.#queries[this.#size], this.#references[this.#size]] = [score, query, reference];
    this.#size++;
  }

  /** Drops what lies further below the wanted number's score than float32 can be wrong; grows where too little does. */
  #prune(): void {
    const sorted = this.#scores.slice(0, this.#size).sort();
    this.cut = sorted[this.#size - this.#wanted]! - this.#margin;
    let kept = 0;
    for (let index = 0; index < this.#size; index++) {
      if (this.#scores[index]! < this.cut) continue;
      [this.#scores[kept], this.#queries[kept], this.#references[kept]] = [
        this.#scores[index]!,
        this.#queries[index]!,
        this.#references[index]!,
      ];
      kept++;
    }
    this.#size = kept;
    if (kept < 0.75 * this.#scores.length) return;
    const grow = <T extends Float64Array | Int32Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    const room = 2 * this.#scores.length;
    this.#scores = grow(this.#scores, new Float64Array(room));
    this.#queries = grow(this.#queries, new Int32Array(room));
    this.#references = grow(this.#references, new Int32Array(room));
  }

  /** Every candidate's value by `of`, largest first, no more than were wanted. */
  settled(of: (query: number, reference: number) => number): Float64Array {
    const values = Float64Array.from({ length: this.#size }, (_, index) =>
      of(this.#queries[index]!, this.#references[index]!),
    );
    return values.sort().reverse().slice(0, this.#wanted);
  }
}

/**
 * Finds the largest similarities of any query and any reference, in doubles, largest first: in float32 on the device
 * block by block, the candidates computed again in doubles. Holds about twice as many pairs as are wanted.
 */
export async function largestSimilarities(
  queries: Rows,
  references: Rows,
  distance: DistanceMeasure,
  wanted: number,
): Promise<Float64Array> {
  const similarity = similarityOf(queries, references, distance);
  const { queryCount, referenceCount, columns } = similarity;
  const shift = Float64Array.from({ length: queryCount }, (_, query) => similarity.shifted(query, 0));
  const margin = Array.from({ length: queryCount }, (_, query) => 2 * similarity.error(query)).reduce(
    (most, value) => Math.max(most, value),
    0,
  );
  const candidates = new Candidates(Math.min(wanted, queryCount * referenceCount), margin);
  for (let begin = 0; begin < referenceCount; begin += referencesAtOnce) {
    const size = Math.min(referencesAtOnce, referenceCount - begin);
    const table = tf.tensor2d(similarity.referenceRows(begin, begin + size), [size, columns]);
    for (let first = 0; first < queryCount; first += queriesAtOnce) {
      const rows = Math.min(queriesAtOnce, queryCount - first);
      const product = tf.tidy(() =>
        tf.matMul(tf.tensor2d(similarity.queryRows(first, first + rows), [rows, columns]), table, false, true),
      );
      const scores = await product.data<'float32'>();
      product.dispose();
      for (let row = 0; row < rows; row++) {
        const own = shift[first + row]!;
        for (let column = 0; column < size; column++) {
          const score = scores[row * size + column]! - own;
          if (score >= candidates.cut) candidates.add(score, first + row, begin + column);
        }
      }
    }
    table.dispose();
  }
  return candidates.settled(similarity.exact);
}
