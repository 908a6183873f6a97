import fs from 'node:fs/promises';
import path from 'node:path';
import { locateFile, locateFolder, type DataFile, type DataPlace } from './data-file.ts';
import type { EncodedImages } from './encoded-images.ts';
import { readImage } from './folder-images.ts';
import { sharedFolders } from './image-names.ts';
import { reportMissing } from './report-missing.ts';
import { openZip } from './zip-archive.ts';

/** Which images, and what a missing one does. */
export interface Listing {
  /** Names below the folder or in the zip file, where folders that hold everything may be left out. */
  readonly names: readonly string[];
  /** The file that lists them, for messages. */
  readonly list: string;
  readonly missing: 'fatal' | 'skip';
}

/** Files looked for at a time. */
const chunk = 256;

/**
 * The images of a list in a folder or a zip file, in the list's order.
 *
 * @returns the images that are there, and the index of each in `names`
 * @throws AblateError DATA_NOT_FOUND naming the missing ones, unless they are skipped
 */
export async function listedImages(source: DataFile, listing: Listing, place: DataPlace): Promise<{ images: EncodedImages; kept: Int32Array }> {
  const found = await (typeof source === 'string' && !/\.zip$/i.test(source) ? inFolder(await locateFolder(source, place), listing.names) : inZip(await locateFile(source, place), listing.names));
  const there = Int32Array.from(listing.names.keys()).filter((index) => found.mark(index) !== undefined);
  try {
    reportMissing(listing.names.filter((_, index) => found.mark(index) === undefined), listing.list, listing.names.length, listing.missing);
  } catch (error) {
    await found.close?.();
    throw error;
  }
  return {
    kept: there,
    images: {
      length: there.length,
      name: (row) => listing.names[there[row]!]!,
      location: (row) => found.location(there[row]!),
      mark: (row) => found.mark(there[row]!)!,
      read: (row) => found.read(there[row]!),
      close: found.close,
    },
  };
}

/** Images by their index in a list; one without a mark is not there. */
interface Found extends Pick<EncodedImages, 'location' | 'read' | 'close'> {
  mark(index: number): string | undefined;
}

async function inFolder(folder: string, names: readonly string[]): Promise<Found> {
  const sizes: (number | undefined)[] = [];
  const location = (index: number): string => path.join(folder, names[index]!);
  const sizeOf = async (file: string): Promise<number | undefined> => {
    const found = await fs.stat(file).catch(() => undefined);
    return found?.isFile() ? found.size : undefined;
  };
  for (let begin = 0; begin < names.length; begin += chunk) {
    sizes.push(...(await Promise.all(names.slice(begin, begin + chunk).map((_, offset) => sizeOf(location(begin + offset))))));
  }
  return { location, mark: (index) => sizes[index]?.toString(), read: (index) => readImage(location(index)) };
}

async function inZip(file: string, names: readonly string[]): Promise<Found> {
  const zip = await openZip(file);
  const entries = new Set(zip.names);
  const shared = (zip.names[0] ?? '').slice(0, sharedFolders(zip.names));
  const entry = (index: number): string => (entries.has(names[index]!) ? names[index]! : shared + names[index]!);
  return {
    location: (index) => `${file}, ${entry(index)}`,
    mark: (index) => (entries.has(entry(index)) ? zip.checksum(entry(index)).toString(16) : undefined),
    read: (index) => zip.read(entry(index)),
    close: async () => zip.close(),
  };
}
