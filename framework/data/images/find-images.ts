import { tidyName } from './tidy-name.ts';
import type { FileStamps } from '../lists/file-stamps.ts';
import type { ImageNames, ImagePlace } from './image-place.ts';
import type { ReportProgress } from '../files/report-progress.ts';
import { TextTable } from '../lists/text-table.ts';

/** Images looked for by the names that a list gives them. */
export interface FoundImages<Names extends ImageNames = ImageNames> {
  /** Name of each within its place, which may write it in another way than the list. */
  readonly names: Names | TextTable;
  /** What `ImagePlace.find` returns. */
  readonly marks: Float64Array;
}

/**
 * Looks for images by the names that people and programs write: as they are in the place, or absolute, with
 * backslashes, or with accents in Unicode's other form.
 *
 * @param seen notes the folders that are looked into
 */
export async function findImages<Names extends ImageNames>(
  place: ImagePlace,
  names: Names,
  seen?: FileStamps,
  report?: ReportProgress,
): Promise<FoundImages<Names>> {
  const others = new Map<number, string>();
  for (let row = 0; row < names.length; row++) {
    const name = names.at(row)!;
    if (roundabout.test(name)) others.set(row, tidyName(name, place.path));
  }
  const tidy = respelled(names, others);
  const marks = await place.find(tidy, seen, report);
  others.clear();
  for (const [row, mark] of marks.entries()) {
    const other = mark < 0 ? await place.spelled(tidy.at(row)!) : undefined;
    if (other !== undefined) others.set(row, other);
  }
  const again = await place.find([...others.values()], seen);
  [...others.keys()].forEach((row, index) => (marks[row] = again[index]!));
  return { names: respelled(tidy, others), marks };
}

/** Steps in a name that lead nowhere: `./a`, `a//b`, `a/../b`. */
const roundabout = /(^|\/)\.{0,2}\//;

function respelled<Names extends ImageNames>(names: Names, others: ReadonlyMap<number, string>): Names | TextTable {
  if (others.size === 0) return names;
  return TextTable.of(
    (function* () {
      for (let row = 0; row < names.length; row++) yield others.get(row) ?? names.at(row)!;
    })(),
  );
}
