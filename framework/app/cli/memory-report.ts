import { dirname } from 'node:path';
import type { MemoryEstimate } from '../../training/memory-estimate/estimate-memory.ts';
import { inMicroBatches } from '../../training/memory-estimate/in-micro-batches.ts';
import { memoryAdvice } from '../../training/memory-estimate/memory-advice.ts';
import { MemoryEstimator } from '../../training/memory-estimate/memory-estimator.ts';
import { memoryLimit } from '../../training/memory-estimate/memory-limit.ts';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';

/** A run's memory and what would make it fit. */
export interface MemoryReport {
  readonly run: string;
  readonly estimate: MemoryEstimate | undefined;
  /** Parts of a batch that `train.accumulate: auto` comes to. */
  readonly parts?: number;
  /** Why there is no estimate. */
  readonly reason: string | undefined;
  readonly limit: number;
  readonly fits: boolean | undefined;
  readonly advice: readonly string[];
}

/** Estimates the memory of a plan's runs. */
export async function memoryReports({ file, runs }: Plan, limit = memoryLimit()): Promise<MemoryReport[]> {
  const estimator = new MemoryEstimator(limit);
  const reports: MemoryReport[] = [];
  for (const { id, spec } of runs) {
    const { estimate, parts, reason } = await estimator.estimate(spec, dirname(file));
    reports.push({
      run: id,
      estimate,
      ...(parts !== undefined && { parts }),
      reason,
      limit,
      fits: estimate && estimate.peak <= limit,
      advice: estimate ? memoryAdvice(estimate, inMicroBatches(spec, parts), limit) : [],
    });
  }
  estimator.close();
  return reports;
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`;

/** Puts a memory report into lines for people. */
export function memoryLines(
  { label }: PlannedRun,
  { estimate, parts: count, reason, limit, fits, advice }: MemoryReport,
): string[] {
  if (!estimate) return [`  ${label}: its memory cannot be estimated: ${reason}`];
  const { peak, ...parts } = estimate;
  return [
    `  ${label}: at most about ${mebibytes(peak)} of ${mebibytes(limit)}${fits ? '' : ', and so does not fit'}${count === undefined ? '' : `, each batch in ${count} ${count === 1 ? 'part' : 'parts'}`}`,
    `    ${Object.entries(parts)
      .map(([name, bytes]) => `${name} ${mebibytes(bytes)}`)
      .join(', ')}`,
    ...advice.map((line) => `    → ${line}`),
  ];
}
