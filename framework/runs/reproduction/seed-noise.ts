import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import jstat from 'jstat';
import { sampleStandardDeviation } from 'simple-statistics';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import type { RunSummary } from '../../records/run-folder/summary.ts';
import { differInSeedOnly } from '../../experiment/spec/compare-specs.ts';
import { readRunRecord, type RunRecord } from './run-record.ts';

/** With fewer seeds Student's quantile is so wide that it would excuse anything. */
const fewestSeeds = 3;

/** How far two runs may lie apart that differ in nothing but chance. */
export interface Noise {
  /** In the metric's own unit. */
  readonly amount: number;
  /** Seeds that it was estimated from; 0 where it is a tolerance that someone stated. */
  readonly seeds: number;
}

/**
 * Reads the summaries of the finished runs beside a run, in its experiment's folder, whose resolved specs differ from
 * its own in the seed alone; one a seed, with the run's own first.
 */
export async function seedsBeside(run: RunRecord): Promise<RunSummary[]> {
  const parent = dirname(run.folder.directory);
  const bySeed = new Map([[run.summary.seed, run.summary]]);
  for (const { name } of await readdir(parent, { withFileTypes: true })) {
    const folder = runFolderAt(join(parent, name));
    if (folder.directory === run.folder.directory || !existsSync(folder.summary)) continue;
    const other = await readRunRecord(folder).catch((cause: unknown) => {
      if (cause instanceof AblateError) return undefined;
      throw cause;
    });
    if (
      other?.summary.status === 'finished' &&
      !bySeed.has(other.summary.seed) &&
      differInSeedOnly(run.spec, other.spec)
    )
      bySeed.set(other.summary.seed, other.summary);
  }
  return [...bySeed.values()];
}

/**
 * Computes the 95 % bound of the difference between two runs with different seeds: Student's quantile (n − 1 degrees of
 * freedom) times √2 times the standard deviation over the n seeds there are. With fewer than three, `tolerance` times
 * the metric's magnitude.
 *
 * @param values of the metric, one a seed
 * @param magnitude of the metric
 * @param tolerance relative
 */
export function noiseOf(values: readonly number[], magnitude: number, tolerance: number): Noise {
  if (values.length < fewestSeeds || !values.every(Number.isFinite))
    return { amount: Math.abs(magnitude) * tolerance, seeds: 0 };
  const quantile = jstat.jStat.studentt.inv(0.975, values.length - 1);
  return { amount: quantile * Math.SQRT2 * sampleStandardDeviation([...values]), seeds: values.length };
}
