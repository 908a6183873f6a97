import type { Columns } from '../../contracts/column.ts';
import type { Role, Split } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { ImageStore } from './image-store.ts';
import type { LabeledImages } from './labeled-images.ts';
import { overlappingClasses, overlapSentence } from './overlapping-classes.ts';
import { splitOf } from './split-of.ts';

/** What splits by role are made of. */
export interface RoleSplitParts {
  readonly store: ImageStore;
  readonly images: Pick<LabeledImages, 'labels' | 'classNames'>;
  /** What else is known of the images, by row. */
  readonly columns?: Columns | undefined;
  /** Rows of each role; a role of no rows gets no split, but for `pairs`. */
  readonly rows: Partial<Readonly<Record<Role, Int32Array>>>;
  /** Refuses test classes that training has. */
  readonly openSet: boolean;
}

/**
 * Splits by role. A label means the same class in every one of them: the training classes come first, in their order,
 * and the training split names these alone.
 *
 * @throws AblateError DATA_INVALID where `openSet` is broken
 */
export function roleSplits({ store, images, columns, rows, openSet }: RoleSplitParts): readonly Split[] {
  const trained = new Uint8Array(images.classNames.length);
  for (const row of rows.train ?? []) trained[images.labels[row]!] = 1;
  const order = [1, 0].flatMap((seen) => [...images.classNames.keys()].filter((label) => trained[label] === seen));
  const classNames = order.map((label) => images.classNames[label]!);
  const seenNames = classNames.slice(
    0,
    trained.reduce((sum, seen) => sum + seen, 0),
  );
  const renumbered = new Int32Array(order.length);
  order.forEach((label, index) => (renumbered[label] = index));
  const splits = (Object.entries(rows) as [Role, Int32Array][])
    .filter(([role, chosen]) => chosen.length > 0 || role === 'pairs')
    .map(([role, chosen]) => {
      const labels = chosen.map((row) => (images.labels[row]! < 0 ? -1 : renumbered[images.labels[row]!]!));
      return splitOf(role, {
        store,
        rows: chosen,
        labels,
        classNames: role === 'train' ? seenNames : classNames,
        columns,
      });
    });
  const met = openSet ? overlappingClasses({ split: (role) => splits.find((split) => split.role === role) }) : [];
  if (met.length > 0)
    throw new AblateError('DATA_INVALID', met.map(overlapSentence).join(' '), {
      remedy: 'Split by class, or take `openSet: true` away.',
    });
  return splits;
}
