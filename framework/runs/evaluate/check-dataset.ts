import { imageSignature, type ImageSignature } from '../../data/images/image-signature.ts';
import { nearDuplicates } from '../../data/images/near-duplicates.ts';
import { listItems } from '../../data/splits/list-items.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { listDataset, type ListingContext } from './list-dataset.ts';

/** Shorter side below which an image is tiny, and proportions beyond which it is odd. */
const [tiny, odd] = [16, 4];

/** Two images that show the same picture. */
interface DuplicatePair {
  readonly first: string;
  readonly second: string;
  readonly mirrored: boolean;
  /** Roles of both, those of one before those of the other. */
  readonly roles: readonly [string, string];
  /** Whether one trains and the other is evaluated on. */
  readonly leaks: boolean;
  /** Whether they are of two classes. */
  readonly classesDiffer: boolean;
}

/** What a look at each image of a data set found. */
export interface DatasetCheck {
  readonly images: number;
  readonly duplicates: readonly DuplicatePair[];
  readonly unreadable: readonly { readonly name: string; readonly why: string }[];
  readonly tiny: readonly string[];
  /** Many times as wide as high, or as high as wide, or of one brightness. */
  readonly odd: readonly string[];
  /** Images of the smallest, the middle and the largest training class, and classes of a single image. */
  readonly classSizes: {
    readonly least: number;
    readonly median: number;
    readonly most: number;
    readonly single: number;
  };
  /** Values of columns of groups that images of training and of evaluation share. */
  readonly leakedGroups: readonly { readonly column: string; readonly value: string; readonly images: number }[];
  readonly skipped: Readonly<Record<string, number>>;
  /**
   * Images whose absence mends the rest: unreadable ones, of each leaking pair the one that trains, of other duplicates
   * the second.
   */
  readonly exclude: readonly string[];
}

/**
 * Reads every image of a run's data set and says what a paper would have to explain: duplicates within and across
 * splits, images that cannot be read or hardly be, sizes of classes, groups on both sides of a split.
 *
 * @param groups columns whose values training and evaluation must not share
 * @param onImage hears how many have been read
 * @throws AblateError as the data set does
 */
export async function checkDataset(
  spec: Pick<RunSpec, 'dataset' | 'seed'>,
  context: ListingContext,
  groups: readonly string[],
  onImage?: (read: number) => void,
): Promise<DatasetCheck> {
  const signatures = new Map<string, ImageSignature>();
  const unreadable: { name: string; why: string }[] = [];
  const examine = async (name: string, bytes: Uint8Array | Error): Promise<void> => {
    try {
      if (bytes instanceof Error) throw bytes;
      signatures.set(name, await imageSignature(bytes));
    } catch (error) {
      unreadable.push({ name, why: (error as Error).message.split('\n', 1)[0]! });
    }
    onImage?.(signatures.size + unreadable.length);
  };
  const { items, skipped } = listItems(await listDataset(spec, { ...context, examine }));
  const known = new Map<string, { roles: Set<string>; class: string | null }>();
  for (const { path, role, class: own } of items) {
    if (path === null) continue;
    if (!known.has(path)) known.set(path, { roles: new Set(), class: own });
    known.get(path)!.roles.add(role);
  }
  const names = [...signatures.keys()].sort();
  const duplicates = nearDuplicates(names.map((name) => signatures.get(name)!)).map((pair): DuplicatePair => {
    const [first, second] = [names[pair.first]!, names[pair.second]!];
    const [one, other] = [known.get(first)!, known.get(second)!];
    return {
      first,
      second,
      mirrored: pair.mirrored,
      roles: [[...one.roles].join(', '), [...other.roles].join(', ')],
      leaks: one.roles.has('train') !== other.roles.has('train'),
      classesDiffer: one.class !== other.class,
    };
  });
  const proportions = ({ width, height }: ImageSignature): number => Math.max(width / height, height / width);
  return {
    images: signatures.size + unreadable.length,
    duplicates,
    unreadable: unreadable.sort((a, b) => (a.name < b.name ? -1 : 1)),
    tiny: names.filter((name) => Math.min(signatures.get(name)!.width, signatures.get(name)!.height) < tiny),
    odd: names.filter((name) => signatures.get(name)!.flat || proportions(signatures.get(name)!) > odd),
    classSizes: sizesOf(items.flatMap((item) => (item.role === 'train' && item.class !== null ? [item.class] : []))),
    leakedGroups: groups.flatMap((column) => leakedGroups(items, column)),
    skipped,
    exclude: [
      ...new Set([
        ...unreadable.map(({ name }) => name),
        ...duplicates.map(({ first, second, leaks }) =>
          leaks && known.get(first)!.roles.has('train') ? first : second,
        ),
      ]),
    ].sort(),
  };
}

function sizesOf(classes: readonly string[]): DatasetCheck['classSizes'] {
  const counts = new Map<string, number>();
  for (const name of classes) counts.set(name, (counts.get(name) ?? 0) + 1);
  const sizes = [...counts.values()].sort((a, b) => a - b);
  const at = (index: number): number => sizes[index] ?? 0;
  return {
    least: at(0),
    median: at(Math.floor(sizes.length / 2)),
    most: at(sizes.length - 1),
    single: sizes.filter((size) => size === 1).length,
  };
}

function leakedGroups(items: ReturnType<typeof listItems>['items'], column: string): DatasetCheck['leakedGroups'] {
  const trained = new Map<string, number>();
  for (const { role, columns } of items) {
    const value = columns[column];
    if (role === 'train' && typeof value === 'string') trained.set(value, (trained.get(value) ?? 0) + 1);
  }
  const met = new Map<string, number>();
  for (const { role, columns } of items) {
    const value = columns[column];
    if (role !== 'train' && typeof value === 'string' && trained.has(value)) met.set(value, (met.get(value) ?? 0) + 1);
  }
  return [...met].map(([value, count]) => ({ column, value, images: count + trained.get(value)! }));
}
