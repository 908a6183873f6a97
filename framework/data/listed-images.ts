import type { DataFile, DataPlace } from './data-file.ts';
import type { EncodedImages } from './encoded-images.ts';
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
 * The images of a list in a folder or a zip file, in the list's order.
 *
 * @returns the images that are there, and the index of each in `names`
 * @throws AblateError DATA_NOT_FOUND naming the missing ones, unless they are skipped
 */
export async function listedImages(source: DataFile, { names, list, missing }: Listing, place: DataPlace): Promise<{ images: EncodedImages; kept: Int32Array }> {
  const found = await imagePlace(source, place);
  try {
    const marks = await found.find(names);
    const kept = Int32Array.from(names.keys()).filter((index) => marks[index]! >= 0);
    reportMissing(names.filter((_, index) => marks[index]! < 0), list, names.length, missing);
    return {
      kept,
      images: {
        length: kept.length,
        name: (row) => names[kept[row]!]!,
        location: (row) => found.location(names[kept[row]!]!),
        mark: (row) => found.mark(marks[kept[row]!]!),
        read: (row) => found.read(names[kept[row]!]!),
        close: found.close,
      },
    };
  } catch (error) {
    await found.close();
    throw error;
  }
}
