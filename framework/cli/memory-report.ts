import { dirname } from 'node:path';
import type { MemoryEstimate } from '../memory/estimate-memory.ts';
import { memoryAdvice } from '../memory/memory-advice.ts';
import { MemoryEstimator } from '../memory/memory-estimator.ts';
import { memoryLimit } from '../memory/memory-limit.ts';
import type { Plan, PlannedRun } from '../spec/plan.ts';

/** A run's memory and what would make it fit. */
export interface MemoryReport {
  readonly run: string;
  readonly estimate: MemoryEstimate | undefined;
  /** Why there is no estimate. */
  readonly reason: string | undefined;
  readonly limit: number;
  readonly fits: boolean | undefined;
  readonly advice: readonly string[];
}

/** Estimates the memory of a plan's runs. */
export async function memoryReports({ file, runs }: Plan, limit = memoryLimit()): Promise<MemoryReport[]> {
  const estimator = new MemoryEstimator();
  const reports: MemoryReport[] = [];
  for (const { id, spec } of runs) {
    const { estimate, reason } = await estimator.estimate(spec, dirname(file));
    reports.push({ run: id, estimate, reason, limit, fits: estimate && estimate.peak <= limit, advice: estimate ? memoryAdvice(estimate, spec, limit) : [] });
  }
  estimator.close();
  return reports;
}

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20).toLocaleString('en')} MiB`;

/** A report in lines for people. */
export function memoryLines({ label }: PlannedRun, { estimate, reason, limit, fits, advice }: MemoryReport): string[] {
  if (!estimate) return [`  ${label}: its memory cannot be estimated: ${reason}`];
  const { peak, ...parts } = estimate;
  return [
    `  ${label}: at most about ${mebibytes(peak)} of ${mebibytes(limit)}${fits ? '' : ', and so does not fit'}`,
    `    ${Object.entries(parts).map(([name, bytes]) => `${name} ${mebibytes(bytes)}`).join(', ')}`,
    ...advice.map((line) => `    → ${line}`),
  ];
}
