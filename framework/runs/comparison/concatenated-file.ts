import { join } from 'node:path';
import { z } from 'zod';
import { readRecordFile, recordedNumber, recordedPoint } from '../../records/journal/read-record-file.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';

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
  /** Evaluator → why it could not measure them; absent where all did. */
  readonly leftOut?: Readonly<Record<string, string>>;
  /** 95 % confidence intervals by the same names. */
  readonly intervals: Readonly<Record<string, readonly [low: number, high: number]>>;
}

const fileIn = (parent: string): string => join(parent, 'concatenated.json');

/** Writes what was found into an experiment's folder, atomically. @throws AblateError DISK_FULL */
export async function writeConcatenated(parent: string, folds: readonly ConcatenatedFolds[]): Promise<void> {
  await writeAtomically(fileIn(parent), `${JSON.stringify({ version, folds }, null, 1)}\n`);
}

/** JSON has no NaN, and this file writes null for it. */
const writtenNumber = recordedNumber.nullable().transform((value) => value ?? NaN);

const concatenatedSchema: z.ZodType<{ readonly folds: readonly ConcatenatedFolds[] }> = z.object({
  version: z.literal(version),
  folds: z.array(
    z.object({
      seed: z.number(),
      point: recordedPoint,
      runs: z.array(z.string()),
      dim: z.number(),
      metrics: z.record(z.string(), writtenNumber),
      leftOut: z.record(z.string(), z.string()).exactOptional(),
      intervals: z.record(z.string(), z.tuple([writtenNumber, writtenNumber])),
    }),
  ),
});

/**
 * Reads what was found in an experiment; nothing where it has no such file. @throws AblateError RUN_FOLDER where it is
 * damaged or of another version
 */
export async function readConcatenated(parent: string): Promise<readonly ConcatenatedFolds[]> {
  const remedy = 'Remove it: ablate run SPEC writes it again.';
  return (await readRecordFile(fileIn(parent), { schema: concatenatedSchema, version, remedy }))?.folds ?? [];
}
