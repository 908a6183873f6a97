import { stat } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { closest } from 'fastest-levenshtein';
import { locateFile, locateFolder, type DataFile, type DataPlace } from '../files/data-file.ts';
import type { FileStamps } from '../lists/file-stamps.ts';
import { tidyName } from './tidy-name.ts';
import { isSystemName, sharedFolders } from './image-names.ts';
import { readImage } from './read-image.ts';
import type { ReportProgress } from '../files/report-progress.ts';
import { openZip } from '../archives/zip-archive.ts';

/** Names of images, by row. */
export interface ImageNames {
  readonly length: number;
  at(row: number): string | undefined;
}

/** A folder or a zip file that images are read from by name. */
export interface ImagePlace {
  /** Absolute path. */
  readonly path: string;
  /**
   * Looks for images.
   *
   * @param seen notes the folders that are looked into
   * @returns by row, bytes of a file or CRC-32 of an archive's entry; −1 for one that is not there
   */
  find(names: ImageNames, seen?: FileStamps, report?: ReportProgress): Promise<Float64Array>;
  /**
   * How the place itself writes the name of an image that is there under another spelling; undefined where it is not
   * there.
   */
  spelled(name: string): Promise<string | undefined>;
  /** The name there that is most like `name`, for messages. */
  nearest(name: string): Promise<string | undefined>;
  /** What `find` returned, as `EncodedImages` marks it. */
  mark(found: number): string;
  /** Whether an image that was read can be the one that `find` returned this for. */
  agrees(bytes: Uint8Array, found: number): boolean;
  /** Where an image is, for messages. */
  location(name: string): string;
  /** @throws AblateError DATA_NOT_FOUND, DATA_INVALID */
  read(name: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Files looked for at a time. */
const chunk = 256;

/**
 * Opens the folder or zip file that a data set's option names. A zip file is not opened before something in it is asked
 * for.
 *
 * @throws AblateError DATA_NOT_FOUND, DOWNLOAD_FAILED
 */
export async function imagePlace(source: DataFile, place: DataPlace): Promise<ImagePlace> {
  return typeof source === 'string' && !/\.zip$/i.test(source)
    ? folderPlace(await locateFolder(source, place))
    : zipPlace(await locateFile(source, place));
}

/** Opens the images below a folder, an absolute path. */
export function folderPlace(folder: string): ImagePlace {
  const location = (name: string): string => path.join(folder, name);
  const sizeOf = (file: string): Promise<number> =>
    new Promise((done) => {
      // No file has such a name, and asking for one throws.
      if (file.includes('\0')) return done(-1);
      stat(file, (error, found) => done(!error && found.isFile() ? found.size : -1));
    });
  const listings = new Map<string, Promise<readonly string[]>>();
  const listed = (below: string): Promise<readonly string[]> => {
    if (!listings.has(below))
      listings.set(
        below,
        readdir(path.join(folder, below)).catch(() => []),
      );
    return listings.get(below)!;
  };
  return {
    path: folder,
    location,
    async spelled(name) {
      let found = '';
      for (const part of tidyName(name, folder).split('/')) {
        const entry = sameText(part, await listed(found));
        if (entry === undefined) return undefined;
        found = path.posix.join(found, entry);
      }
      return found;
    },
    async nearest(name) {
      let found = '';
      for (const part of tidyName(name, folder).split('/')) {
        const entries = await listed(found);
        const entry = sameText(part, entries);
        if (entry === undefined)
          return entries.length === 0 ? undefined : path.posix.join(found, closest(part, [...entries]));
        found = path.posix.join(found, entry);
      }
      return found;
    },
    async find(names, seen, report) {
      for (let row = 0; seen && row < names.length; row++) seen.see(path.dirname(location(names.at(row)!)));
      const found = new Float64Array(names.length);
      for (let begin = 0; begin < names.length; begin += chunk) {
        const sizes = await Promise.all(
          Array.from({ length: Math.min(chunk, names.length - begin) }, (_, offset) =>
            sizeOf(location(names.at(begin + offset)!)),
          ),
        );
        found.set(sizes, begin);
        report?.(begin + sizes.length);
      }
      return found;
    },
    mark: (size) => `${size}`,
    agrees: (bytes, size) => bytes.length === size,
    read: (name) => readImage(location(name)),
    close: async () => undefined,
  };
}

function zipPlace(file: string): ImagePlace {
  const open = async () => {
    const zip = await openZip(file);
    const entries = new Set(zip.names);
    // What a system put beside the images lies in no folder of theirs.
    const own = zip.names.filter((name) => !isSystemName(name));
    const shared = (own[0] ?? '').slice(0, sharedFolders(own));
    return {
      zip,
      names: own.map((name) => name.slice(shared.length)),
      entryOf: (name: string): string | undefined => [name, shared + name].find((entry) => entries.has(entry)),
    };
  };
  let opened: ReturnType<typeof open> | undefined;
  return {
    path: file,
    location: (name) => `${file}, ${name}`,
    async find(names, seen) {
      seen?.see(file);
      const { zip, entryOf } = await (opened ??= open());
      return Float64Array.from({ length: names.length }, (_, row) => {
        const entry = entryOf(names.at(row)!);
        return entry === undefined ? -1 : zip.checksum(entry);
      });
    },
    async spelled(name) {
      const { names } = await (opened ??= open());
      return sameText(tidyName(name, file), names);
    },
    async nearest(name) {
      const { names } = await (opened ??= open());
      return names.length === 0 ? undefined : closest(tidyName(name, file), [...names]);
    },
    mark: (checksum) => checksum.toString(16),
    agrees: () => true,
    async read(name) {
      const { zip, entryOf } = await (opened ??= open());
      return zip.read(entryOf(name)!);
    },
    close: async () => (await opened?.catch(() => undefined))?.zip.close(),
  };
}

/** The one of `names` that reads as `name` does: letters with accents can be written in two ways. */
const sameText = (name: string, names: readonly string[]): string | undefined =>
  names.includes(name) ? name : names.find((other) => other.normalize() === name.normalize());
