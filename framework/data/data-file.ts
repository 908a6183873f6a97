import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AblateError } from '../errors/ablate-error.ts';
import { tell } from '../tracking/tell.ts';
import { download } from './download.ts';

/** Option of a data set that names a file: a path, or an address with the SHA-256 of what must arrive from it. */
export const dataFile = z.union([
  z.string().min(1).refine((text) => !/^https?:/.test(text), { error: 'an address needs its checksum: {url: …, sha256: …}' }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }), sha256: z.string().regex(/^[0-9a-f]{64}$/i) }),
]);

/** What `dataFile` accepts. */
export type DataFile = z.output<typeof dataFile>;

/** Folders that a data set's files are looked for in. */
export interface DataPlace {
  /** Folder that relative paths are resolved against. */
  readonly baseDirectory: string;
  /** The user's cache folder for downloads. */
  readonly cacheDirectory: string;
  /** Hears what the person at the terminal should know of the data; where it is absent, the error output tells. */
  readonly warn?: ((message: string) => void) | undefined;
  /** Ends a download. */
  readonly signal?: AbortSignal | undefined;
}

/** Says something about data to whoever listens. */
export function warnAboutData({ warn }: Pick<DataPlace, 'warn'>, message: string): void {
  if (warn) warn(message);
  else tell(message);
}

/**
 * Absolute path of a file that is there, downloaded into the cache where the option gives an address.
 *
 * @throws AblateError DATA_NOT_FOUND, DOWNLOAD_FAILED
 */
export async function locateFile(file: DataFile, place: DataPlace): Promise<string> {
  if (typeof file !== 'string') return download(file, place.cacheDirectory, place.signal);
  const found = path.resolve(place.baseDirectory, file);
  try {
    if ((await fs.stat(found)).isFile()) return found;
  } catch (cause) {
    throw missing(`There is no readable file ${found}.`, place, cause);
  }
  throw missing(`${found} is not a file.`, place);
}

/**
 * Absolute path of a folder that is there.
 *
 * @throws AblateError DATA_NOT_FOUND
 */
export async function locateFolder(folder: string, place: DataPlace): Promise<string> {
  const found = path.resolve(place.baseDirectory, folder);
  try {
    if ((await fs.stat(found)).isDirectory()) return found;
  } catch (cause) {
    throw missing(`There is no readable folder ${found}.`, place, cause);
  }
  throw missing(`${found} is not a folder.`, place);
}

function missing(message: string, { baseDirectory }: DataPlace, cause?: unknown): AblateError {
  return new AblateError('DATA_NOT_FOUND', message, { cause, remedy: `Relative paths start at the spec's folder, ${baseDirectory}.` });
}
