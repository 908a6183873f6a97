import { stat } from 'node:fs';
import path from 'node:path';
import { locateFile, locateFolder, type DataFile, type DataPlace } from './data-file.ts';
import type { FileStamps } from './file-stamps.ts';
import { sharedFolders } from './image-names.ts';
import { readImage } from './read-image.ts';
import type { ReportProgress } from './report-progress.ts';
import { openZip } from './zip-archive.ts';

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
 * The folder or zip file that a data set's option names. A zip file is not opened before something in it is asked for.
 *
 * @throws AblateError DATA_NOT_FOUND, DOWNLOAD_FAILED
 */
export async function imagePlace(source: DataFile, place: DataPlace): Promise<ImagePlace> {
  return typeof source === 'string' && !/\.zip$/i.test(source) ? folderPlace(await locateFolder(source, place)) : zipPlace(await locateFile(source, place));
}

/** Images below a folder, an absolute path. */
export function folderPlace(folder: string): ImagePlace {
  const location = (name: string): string => path.join(folder, name);
  const sizeOf = (file: string): Promise<number> => new Promise((done) => stat(file, (error, found) => done(!error && found.isFile() ? found.size : -1)));
  return {
    path: folder,
    location,
    async find(names, seen, report) {
      for (let row = 0; seen && row < names.length; row++) seen.see(path.dirname(location(names.at(row)!)));
      const found = new Float64Array(names.length);
      for (let begin = 0; begin < names.length; begin += chunk) {
        const sizes = await Promise.all(Array.from({ length: Math.min(chunk, names.length - begin) }, (_, offset) => sizeOf(location(names.at(begin + offset)!))));
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
    const shared = (zip.names[0] ?? '').slice(0, sharedFolders(zip.names));
    return { zip, entryOf: (name: string): string | undefined => [name, shared + name].find((entry) => entries.has(entry)) };
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
    mark: (checksum) => checksum.toString(16),
    agrees: () => true,
    async read(name) {
      const { zip, entryOf } = await (opened ??= open());
      return zip.read(entryOf(name)!);
    },
    close: async () => (await opened?.catch(() => undefined))?.zip.close(),
  };
}
