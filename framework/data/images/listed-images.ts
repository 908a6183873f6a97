import type { DataFile, DataPlace } from '../files/data-file.ts';
import type { EncodedImages } from './encoded-images.ts';
import { findImages } from './find-images.ts';
import { imagePlace } from './image-place.ts';
import { reportMissing } from './report-missing.ts';

/** Which images, and what a missing one does. */
export interface Listing {
  /** Names below the folder or in the zip file, where folders that hold everything may be left out. */
  readonly names: readonly string[];
  /** The file that lists them, for messages. */
  readonly list: string;
  readonly missing: 'fatal' | 'skip';
}

/**
 * Finds the images of a list in a folder or a zip file, in the list's order, each once.
 *
 * @returns the images that are there, and the row of each by the names that the list gives it
 * @throws AblateError DATA_NOT_FOUND naming the missing ones, unless they are skipped
 */
export async function listedImages(
  source: DataFile,
  { names, list, missing }: Listing,
  place: DataPlace,
): Promise<{ images: EncodedImages; rowOf: ReadonlyMap<string, number> }> {
  const found = await imagePlace(source, place);
  try {
    const { names: spelled, marks } = await findImages(found, names);
    await reportMissing(
      names.filter((_, index) => marks[index]! < 0),
      { list, total: names.length, policy: missing, place: found, warn: place.warn },
    );
    const rowBySpelling = new Map<string, number>();
    const own: number[] = [];
    const rowOf = new Map<string, number>();
    for (const [index, name] of names.entries()) {
      const spelling = spelled.at(index)!;
      if (marks[index]! < 0) continue;
      if (!rowBySpelling.has(spelling)) rowBySpelling.set(spelling, own.push(index) - 1);
      rowOf.set(name, rowBySpelling.get(spelling)!);
    }
    const name = (row: number): string => spelled.at(own[row]!)!;
    return {
      rowOf,
      images: {
        length: own.length,
        name,
        location: (row) => found.location(name(row)),
        mark: (row) => found.mark(marks[own[row]!]!),
        read: (row) => found.read(name(row)),
        close: found.close,
      },
    };
  } catch (error) {
    await found.close();
    throw error;
  }
}
