import type { Role, Split } from '../contracts/dataset.ts';
import { AblateError } from '../errors/ablate-error.ts';
import type { ImageStore } from './image-store.ts';
import type { LabelledImages } from './labelled-images.ts';
import { splitOf } from './split-of.ts';

/** What splits by role are made of. */
export interface RoleSplitParts {
  readonly store: ImageStore;
  readonly images: Pick<LabelledImages, 'labels' | 'classNames'>;
  /** Rows of each role; a role of no rows gets no split, but for `pairs`. */
  readonly rows: Partial<Readonly<Record<Role, Int32Array>>>;
  /** Refuses test classes that training has. */
  readonly openSet: boolean;
}

/**
 * Splits by role. A label means the same class in every one of them: the training classes come first, in their order, and the
 * training split names these alone.
 *
 * @throws AblateError DATA_INVALID where `openSet` is broken
 */
export function roleSplits({ store, images, rows, openSet }: RoleSplitParts): readonly Split[] {
  const trained = new Set(Array.from(rows.train ?? [], (row) => images.labels[row]!));
  const order = [...images.classNames.keys()].sort((a, b) => Number(trained.has(b)) - Number(trained.has(a)) || a - b);
  const classNames = order.map((label) => images.classNames[label]!);
  const renumbered = new Int32Array(order.length);
  order.forEach((label, index) => (renumbered[label] = index));
  const splits = (Object.entries(rows) as [Role, Int32Array][])
    .filter(([role, chosen]) => chosen.length > 0 || role === 'pairs')
    .map(([role, chosen]) => {
      const labels = chosen.map((row) => (images.labels[row]! < 0 ? -1 : renumbered[images.labels[row]!]!));
      return splitOf(role, { store, rows: chosen, labels, classNames: role === 'train' ? classNames.slice(0, trained.size) : classNames });
    });
  for (const split of splits) checkClasses(split, trained.size, openSet);
  return splits;
}

/** Says where some of a role's classes are training classes and some are not, and refuses any such class in an open set. */
function checkClasses({ role, labels, classNames }: Split, trained: number, openSet: boolean): void {
  if (role === 'train' || role === 'validation') return;
  const classes = new Set(Array.from(labels).filter((label) => label >= 0));
  const met = [...classes].filter((label) => label < trained);
  if (met.length === 0 || (met.length === classes.size && !openSet)) return;
  const names = met.slice(0, 5).map((label) => classNames[label]).join(', ');
  const message = `${met.length} of the ${classes.size} classes of ${role} are training classes too: ${names}${met.length > 5 ? ', …' : ''}.`;
  if (openSet) throw new AblateError('DATA_INVALID', message, { remedy: 'Split by class, or take `openSet: true` away.' });
  process.stderr.write(`Warning: ${message} Its scores are neither those of a closed nor of an open set.\n`);
}
