import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Random } from '../../base/random/random.ts';
import { finiteNorms } from './finite-norms.ts';
import { nearestNeighbors, type NeighborOptions, type Neighbors } from './nearest-neighbors.ts';
import { chosenSource, rowCount, rowsBetween, rowsFrom, sourceOf } from './row-source.ts';
import { similarityOf, type DistanceMeasure } from './similarity.ts';
import type { Rows } from './row-source.ts';

/** Options of an approximate index: a hierarchical navigable small world graph. */
export const approximateIndexSchema = z.strictObject({
  connectivity: z.number().int().min(2).max(512).default(16),
  build: z.number().int().min(1).default(128),
  search: z.number().int().min(1).default(64),
  checked: z.number().int().min(1).default(1000),
});

/**
 * What `approximateIndexSchema` gives: neighbors of a node, candidates looked at while it is built and searched,
 * queries whose answers are held against the exact ones.
 */
export type ApproximateIndexOptions = z.output<typeof approximateIndexSchema>;

/** What is used of the library, which need not be there. */
interface Usearch {
  readonly Index: new (
    config: Readonly<Record<string, unknown>>,
  ) => {
    add(keys: BigUint64Array, vectors: Float32Array, threads: number): void;
    search(vector: Float32Array, count: number, threads: number): { readonly keys: BigUint64Array };
  };
  readonly MetricKind: { readonly Cos: unknown; readonly L2sq: unknown };
  readonly ScalarKind: { readonly F32: unknown };
}

const library: string = 'usearch';

/** Rows handed to the index at a time. */
const rowsAtOnce = 4096;

/**
 * Makes sure that the library of approximate indices is there, which is an optional dependency.
 *
 * @throws AblateError PLUGIN_OPTIONS with how to install it
 */
export async function requireApproximateIndex(): Promise<void> {
  await loadUsearch();
}

async function loadUsearch(): Promise<Usearch> {
  try {
    return (await import(library)) as Usearch;
  } catch (cause) {
    throw new AblateError(
      'PLUGIN_OPTIONS',
      `An approximate index needs the npm package usearch, which cannot be loaded: ${(cause as Error).message.split('\n')[0]}.`,
      { cause, remedy: 'Type npm install usearch, or leave the option `index` out: the search is exact then.' },
    );
  }
}

/**
 * An index of references (Malkov and Yashunin, TPAMI 2018), built by one thread in their order, so that the same ones
 * give the same answers.
 */
export class ApproximateIndex {
  readonly #queries: Rows;
  readonly #references: Rows;
  readonly #distance: DistanceMeasure;
  readonly #options: ApproximateIndexOptions;
  readonly #index: InstanceType<Usearch['Index']>;
  #size = 0;

  /**
   * @param size references that are in it at first; all of them where it is left out
   * @throws AblateError PLUGIN_OPTIONS without the library, DATA_INVALID where an embedding holds NaN or an infinite
   * number
   */
  static async of(
    queries: Rows,
    references: Rows,
    distance: DistanceMeasure,
    options: ApproximateIndexOptions,
    size = rowCount(references),
  ): Promise<ApproximateIndex> {
    const index = new ApproximateIndex(await loadUsearch(), queries, references, distance, options);
    index.grow(size);
    return index;
  }

  private constructor(
    { Index, MetricKind, ScalarKind }: Usearch,
    queries: Rows,
    references: Rows,
    distance: DistanceMeasure,
    options: ApproximateIndexOptions,
  ) {
    [this.#queries, this.#references, this.#distance, this.#options] = [queries, references, distance, options];
    finiteNorms(references, 'embedding of the reference');
    finiteNorms(queries, 'embedding of the query');
    this.#index = new Index({
      metric: distance === 'cosine' ? MetricKind.Cos : MetricKind.L2sq,
      quantization: ScalarKind.F32,
      dimensions: references.dim,
      connectivity: options.connectivity,
      expansion_add: options.build,
      expansion_search: options.search,
      multi: false,
    });
  }

  /** Takes in the references before `size`, as far as they are not in it. */
  grow(size: number): void {
    for (const { begin, rows, count } of blocksOf(this.#references, this.#size, size))
      this.#index.add(
        BigUint64Array.from({ length: count }, (_, row) => BigInt(begin + row)),
        rows,
        1,
      );
    this.#size = Math.max(this.#size, size);
  }

  /**
   * The neighbors that the graph finds of each query, in order of the queries: nearest first by exact similarity,
   * those equally near by index.
   */
  async *neighbors({ count, leaveOneOut = false }: NeighborOptions): AsyncGenerator<Neighbors> {
    for (const { query, indices } of this.#search(this.#queries, count + Number(leaveOneOut))) {
      const others = leaveOneOut ? indices.filter((reference) => reference !== query) : indices;
      yield { query, indices: others.slice(0, count) };
    }
  }

  /** Share of the true `count` nearest neighbors that the graph finds, over some queries that `random` draws. */
  async recall({ count, leaveOneOut = false }: NeighborOptions, random: Random): Promise<number> {
    const all = sourceOf(this.#queries);
    const drawn = random
      .shuffle(Int32Array.from({ length: all.count }, (_, query) => query))
      .slice(0, this.#options.checked);
    const sample = rowsFrom(chosenSource(all, drawn), {});
    const others = ({ query, indices }: Neighbors): Int32Array =>
      (leaveOneOut ? indices.filter((reference) => reference !== drawn[query]) : indices).slice(0, count);
    const found = [...this.#search(sample, count + Number(leaveOneOut))].map((answer) => new Set(others(answer)));
    let [hits, total] = [0, 0];
    for await (const answer of nearestNeighbors(
      similarityOf(sample, rowsBetween(this.#references, 0, this.#size), this.#distance),
      { count: count + Number(leaveOneOut) },
    )) {
      const truth = others(answer);
      hits += truth.filter((reference) => found[answer.query]!.has(reference)).length;
      total += truth.length;
    }
    return hits / total;
  }

  *#search(queries: Rows, count: number): Generator<Neighbors> {
    const similarity = similarityOf(queries, this.#references, this.#distance);
    const wanted = Math.min(count, this.#size);
    for (const { begin, rows, count: asked } of blocksOf(queries)) {
      for (let row = 0; row < asked; row++) {
        const query = begin + row;
        const { keys } = this.#index.search(rows.subarray(row * queries.dim, (row + 1) * queries.dim), wanted, 1);
        const exact = Array.from(keys, (key) => ({
          reference: Number(key),
          value: similarity.exact(query, Number(key)),
        }));
        yield {
          query,
          indices: Int32Array.from(
            exact.sort((a, b) => b.value - a.value || a.reference - b.reference),
            ({ reference }) => reference,
          ),
        };
      }
    }
  }
}

function* blocksOf(
  rows: Rows,
  first = 0,
  end = rowCount(rows),
): Generator<{ begin: number; count: number; rows: Float32Array }> {
  const source = sourceOf(rows);
  for (let begin = first; begin < end; begin += rowsAtOnce) {
    const count = Math.min(rowsAtOnce, end - begin);
    const block = new Float32Array(count * source.dim);
    source.copy(begin, begin + count, block, 0);
    yield { begin, count, rows: block };
  }
}
