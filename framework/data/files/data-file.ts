import type { Stats } from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { tell } from '../../base/system/tell.ts';
import { NotFetched, download, isDownloaded } from './download.ts';

/** Option of a data set that names a file: a path, or an address with the SHA-256 of what must arrive from it. */
export const dataFile = z.union([
  z
    .string()
    .min(1)
    .refine((text) => !/^https?:/.test(text), { error: 'an address needs its checksum: {url: …, sha256: …}' }),
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
  /** Whether nothing may be fetched. */
  readonly offline?: boolean | undefined;
}

/** Says something about data to whoever listens. */
export function warnAboutData({ warn }: Pick<DataPlace, 'warn'>, message: string): void {
  if (warn) warn(message);
  else tell(message);
}

/**
 * Finds the absolute path of a file that is there, downloaded into the cache where the option gives an address.
 *
 * @throws AblateError DATA_NOT_FOUND, DOWNLOAD_FAILED; NotFetched where the place is offline and the cache lacks the
 * file
 */
export async function locateFile(file: DataFile, place: DataPlace): Promise<string> {
  if (typeof file === 'string') return locate(file, place, 'file');
  if (place.offline && !isDownloaded(file, place.cacheDirectory)) throw new NotFetched(file.url);
  return download(file, place.cacheDirectory, place.signal);
}

/**
 * Finds the absolute path of a folder that is there.
 *
 * @throws AblateError DATA_NOT_FOUND
 */
export async function locateFolder(folder: string, place: DataPlace): Promise<string> {
  return locate(folder, place, 'folder');
}

async function locate(given: string, { baseDirectory }: DataPlace, kind: 'file' | 'folder'): Promise<string> {
  const found = path.resolve(baseDirectory, given);
  const remedy = remedyFor(given) ?? `Relative paths start at the spec's folder, ${baseDirectory}.`;
  const missing = (problem: string, cause?: unknown): AblateError =>
    new AblateError('DATA_NOT_FOUND', problem, { cause, remedy, given });
  let stats: Stats;
  try {
    stats = await fs.stat(found);
  } catch (cause) {
    throw missing(`There is no readable ${kind} ${shown(found)}.`, cause);
  }
  if (kind === 'file' ? stats.isFile() : stats.isDirectory()) return found;
  throw missing(`${shown(found)} is not a ${kind}.`);
}

/** What to write instead of a path that a shell was meant to read. */
function remedyFor(given: string): string | undefined {
  if (!/^~[\\/]/.test(given)) return undefined;
  return `A shell puts your home folder for ~, a spec does not: write \${env:HOME}${given.slice(1)}`;
}

/** A path, in quotes where a reader could not tell where it ends or what it holds. */
const shown = (file: string): string => (/^\s|\s$|[\p{C}\\"]|(?! )\p{Z}/u.test(file) ? JSON.stringify(file) : file);
