import type { Role, Split } from '../../contracts/dataset.ts';
import type { Columns } from '../../contracts/column.ts';
import { columnsAt } from './columns.ts';
import type { ImageStore } from './image-store.ts';
import { scalePixels } from './scale-pixels.ts';

/** What makes a split of a store's rows. */
export interface SplitParts {
  readonly store: ImageStore;
  /** Row in the store of each image. */
  readonly rows: Int32Array;
  /** Class of each image, as long as `rows`. */
  readonly labels: Int32Array;
  readonly classNames: readonly string[];
  /** What else is known, by row of the store. */
  readonly columns?: Columns | undefined;
}

/** Makes a split over some rows of a store; image `i` of the split is row `rows[i]`. */
export function splitOf(role: Role, { store, rows, labels, classNames, columns }: SplitParts): Split {
  return {
    role,
    length: rows.length,
    labels,
    classNames,
    ...(columns && { columns: columnsAt(columns, rows) }),
    images(indices, epoch, draws) {
      const bytes = store.pixels(
        indices.map((index) => rows[index]!),
        epoch,
        draws,
      );
      return bytes instanceof Uint8Array ? scalePixels(bytes) : bytes.then(scalePixels);
    },
    source: (index) => store.source(rows[index]!),
  };
}
