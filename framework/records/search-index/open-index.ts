import { join } from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { EmbeddingRows } from '../../contracts/post-processor.ts';
import { nearestNeighbors } from '../../math/metrics/nearest-neighbors.ts';
import { chosenSource, joinedSource, rowsFrom, type RowSource } from '../../math/metrics/row-source.ts';
import { similarityOf } from '../../math/metrics/similarity.ts';
import { readManifest, readNames, rowsEver, type IndexManifest } from './index-manifest.ts';
import { openRows } from './row-codec.ts';

/** A row that a query found. */
export interface IndexMatch {
  /** Its number in the index, which stays its own. */
  readonly row: number;
  /** The cosine of query and row. */
  readonly score: number;
  /** Name of its image. */
  readonly name: string;
  /** Absent where it is of no class. */
  readonly class?: string;
}

/** What is asked of an index. */
interface IndexQuery {
  /** Rows of each query at most; 10 by default. */
  readonly count?: number;
  /** Rows of a lower score are left out. */
  readonly threshold?: number;
}

/** An index as it was when it was opened: what is added later is not in it. */
export interface SearchIndex {
  readonly dim: number;
  /** Rows that can be found. */
  readonly size: number;
  readonly manifest: IndexManifest;
  /**
   * Finds the rows of largest cosine, exactly, in order of the queries: nearest first, those equally near by number.
   * The device must have been chosen. Reads the rows from their files in parts.
   *
   * @throws AblateError DATA_INVALID where queries have another width or are not finite
   */
  search(queries: EmbeddingRows, query?: IndexQuery): AsyncGenerator<readonly IndexMatch[]>;
  /** Closes its files. */
  close(): void;
}

/**
 * Opens an index.
 *
 * @throws AblateError DATA_NOT_FOUND where there is none; DATA_INVALID where it is damaged
 */
export async function openIndex(directory: string): Promise<SearchIndex> {
  const manifest = await readManifest(directory);
  const { dim, type, segments, removed } = manifest;
  const known = await Promise.all(segments.map((segment) => readNames(directory, segment)));
  const names = known.flatMap((one) => one.names);
  const classes = known.flatMap((one) => one.classes);
  const files: readonly (RowSource & { close(): void })[] = segments.map(({ name, count }) =>
    openRows({ file: join(directory, `${name}.bin`), type, count, dim }),
  );
  const gone = new Set(removed);
  const alive = Int32Array.from({ length: rowsEver(manifest) }, (_, row) => row).filter((row) => !gone.has(row));
  const all: readonly RowSource[] = files;
  const source = all.length > 0 ? chosenSource(all.reduce(joinedSource), alive) : undefined;
  return {
    dim,
    size: alive.length,
    manifest,
    async *search({ values, dim: columns }, { count = 10, threshold = -Infinity } = {}) {
      if (columns !== dim)
        throw new AblateError(
          'DATA_INVALID',
          `The index has rows of ${dim} numbers, and the queries have ${columns}.`,
          {
            remedy: 'Search with embeddings of the network that the index was built with.',
          },
        );
      if (!source || alive.length === 0) {
        for (let query = 0; query < values.length / dim; query++) yield [];
        return;
      }
      const similarity = similarityOf({ values, dim }, rowsFrom(source, {}), 'cosine');
      for await (const { query, indices } of nearestNeighbors(similarity, { count })) {
        const found = Array.from(indices, (index): IndexMatch => {
          const row = alive[index]!;
          const own = classes[row];
          return { row, score: similarity.exact(query, index), name: names[row]!, ...(own != null && { class: own }) };
        });
        yield found.filter(({ score }) => score >= threshold);
      }
    },
    close: () => files.forEach((file) => file.close()),
  };
}
