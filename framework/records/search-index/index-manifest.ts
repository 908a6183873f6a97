import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { OperatingPoints } from '../../contracts/evaluator.ts';
import { bytesPerRow, indexTypes } from './row-codec.ts';

const segment = z.strictObject({
  /** Its files: `NAME.bin`, the rows, and `NAME.json`, what is known of them. */
  name: z.string().regex(/^rows-[0-9a-f]{16}$/),
  count: z.number().int().min(0),
});

const about = z.strictObject({ names: z.array(z.string()), classes: z.array(z.string().nullable()) });

const manifest = z.strictObject({
  version: z.literal(1),
  dim: z.number().int().min(1),
  type: z.enum(indexTypes),
  segments: z.array(segment),
  /** Numbers of rows that were taken out, rising. */
  removed: z.array(z.number().int().min(0)),
  /** Folder of the run whose network made the embeddings, and the steps of its checkpoint; null where none is known. */
  run: z.strictObject({ folder: z.string(), step: z.number().int() }).nullable(),
  /** Thresholds that the run's validation chose, by protocol. */
  operatingPoints: z.record(z.string(), z.custom<OperatingPoints>()).nullable(),
});

const damaged = 'Copy the index again, or build it anew.';

/** What an index is made of. The one file that is replaced: all others are written once. */
export type IndexManifest = z.output<typeof manifest>;

/** Gives the file that says what an index is made of. */
export const manifestFile = (directory: string): string => join(directory, 'index.json');

/**
 * Reads what is known of the rows of a segment: names, and classes where there are some.
 *
 * @throws AblateError DATA_INVALID where that cannot be read, or is not of so many rows
 */
export async function readNames(
  directory: string,
  { name, count }: IndexManifest['segments'][number],
): Promise<z.output<typeof about>> {
  const file = join(directory, `${name}.json`);
  try {
    const found = about.parse(JSON.parse(await readFile(file, 'utf8')));
    if (found.names.length === count && found.classes.length === count) return found;
    throw new Error(`${found.names.length} names and ${found.classes.length} classes for ${count} rows`);
  } catch (cause) {
    throw new AblateError('DATA_INVALID', `${file} does not say what the rows of the index are.`, {
      cause,
      remedy: damaged,
    });
  }
}

/** Counts the rows that an index ever had. */
export const rowsEver = ({ segments }: IndexManifest): number => segments.reduce((sum, { count }) => sum + count, 0);

/**
 * Reads what an index is made of, and makes sure that its files are whole.
 *
 * @throws AblateError DATA_NOT_FOUND where there is no index; DATA_INVALID where it is none that can be read
 */
export async function readManifest(directory: string): Promise<IndexManifest> {
  const file = manifestFile(directory);
  const remedy = 'Build one: npx ablate index build RUN --images DIR --out DIR.';
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new AblateError('DATA_NOT_FOUND', `${directory} is no index: ${cause.message}.`, { cause, remedy });
  });
  let found: IndexManifest;
  try {
    found = manifest.parse(JSON.parse(text));
  } catch (cause) {
    throw new AblateError('DATA_INVALID', `${file} is no index of this version.`, { cause, remedy });
  }
  for (const { name, count } of found.segments) {
    const rows = join(directory, `${name}.bin`);
    const { size } = await stat(rows).catch(() => ({ size: -1 }));
    const expected = count * bytesPerRow(found.type, found.dim);
    if (size !== expected)
      throw new AblateError(
        'DATA_INVALID',
        `${rows} ${size < 0 ? 'is missing' : `has ${size} bytes, where ${count} rows take ${expected}`}.`,
        { remedy: damaged },
      );
  }
  return found;
}
