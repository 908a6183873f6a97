import { z } from 'zod';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { readRegularFile } from '../../base/system/read-regular-file.ts';

/** A number as `summary.json` and its like have it: what JSON lacks is a word. */
export const recordedNumber = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]).transform(Number);

/** A matrix path → a run's value. */
export const recordedPoint = z.record(z.string(), z.unknown());

/** What a file of a run's or an experiment's folder has to be. */
export interface RecordFile<Content> {
  readonly schema: z.ZodType<Content>;
  /** What this Ablate reads. */
  readonly version: number;
  /** What to do where it cannot be read. */
  readonly remedy: string;
}

/**
 * Reads a JSON file of a run's or an experiment's folder and checks that it is what its readers take it for: whatever a
 * power cut, a full disk or a hand has made of it is refused here, in words.
 *
 * @returns undefined where there is no such file
 * @throws AblateError RUN_FOLDER where it cannot be read, is damaged or of another version
 */
export async function readRecordFile<Content>(
  file: string,
  { schema, version, remedy }: RecordFile<Content>,
): Promise<Content | undefined> {
  const text = await readRegularFile(file).then(String, (cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new AblateError('RUN_FOLDER', `${file} cannot be read: ${cause.message}.`, { cause, remedy });
  });
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AblateError('RUN_FOLDER', `${file} is damaged: ${(cause as Error).message}.`, { cause, remedy });
  }
  const its = (value as { readonly version?: unknown } | null)?.version;
  if (typeof its === 'number' && its !== version) {
    throw new AblateError('RUN_FOLDER', `${file} is of another version than this Ablate reads.`, {
      remedy: 'Use the version of Ablate that wrote it.',
    });
  }
  const checked = schema.safeParse(value);
  if (checked.success) return checked.data;
  const [{ path, message }] = checked.error.issues as [z.core.$ZodIssue];
  throw new AblateError(
    'RUN_FOLDER',
    `${file} is damaged: ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}.`,
    { remedy },
  );
}
