import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AblateError } from '../errors/ablate-error.ts';
import { writeAtomically } from '../tracking/write-atomically.ts';

/** Version of `concatenated.json`; a reader refuses another. */
const version = 1;

/** The fold models of one group and seed, evaluated as one. */
export interface ConcatenatedFolds {
  readonly seed: number;
  /** What their runs' points share: all but the fold. */
  readonly point: Readonly<Record<string, unknown>>;
  /** Ids of the runs, by fold. */
  readonly runs: readonly string[];
  /** Numbers of a joined embedding. */
  readonly dim: number;
  /** On the test role, by the run's own evaluators. */
  readonly metrics: Readonly<Record<string, number>>;
  /** 95 % confidence intervals by the same names. */
  readonly intervals: Readonly<Record<string, readonly [low: number, high: number]>>;
}

const fileIn = (parent: string): string => join(parent, 'concatenated.json');

/** Writes what was found into an experiment's folder, atomically. @throws AblateError DISK_FULL */
export async function writeConcatenated(parent: string, folds: readonly ConcatenatedFolds[]): Promise<void> {
  await writeAtomically(fileIn(parent), `${JSON.stringify({ version, folds }, null, 1)}\n`);
}

/** What was found in an experiment; nothing where it has no such file. @throws AblateError RUN_FOLDER where it is damaged or of another version */
export async function readConcatenated(parent: string): Promise<ConcatenatedFolds[]> {
  const text = await readFile(fileIn(parent), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new AblateError('RUN_FOLDER', `${fileIn(parent)} cannot be read: ${cause.message}.`, { cause });
  });
  if (text === undefined) return [];
  try {
    const found = JSON.parse(text) as { version: number; folds: ConcatenatedFolds[] };
    if (found.version === version) return found.folds;
  } catch (cause) {
    throw new AblateError('RUN_FOLDER', `${fileIn(parent)} is damaged: ${(cause as Error).message}.`, { cause, remedy: 'Remove it: ablate run SPEC writes it again.' });
  }
  throw new AblateError('RUN_FOLDER', `${fileIn(parent)} is of another version than this Ablate reads.`, { remedy: 'Use the version of Ablate that wrote it.' });
}
