import type { MemoryEstimate } from '../memory/estimate-memory.ts';
import { estimatesOfPlan } from '../memory/estimates-of-plan.ts';
import { memoryAdvice } from '../memory/memory-advice.ts';
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
export async function memoryReports(plan: Plan, set: readonly string[], limit = memoryLimit()): Promise<MemoryReport[]> {
  const answers = await estimatesOfPlan(plan, set);
  return plan.runs.map(({ id, spec }, index) => {
    const { estimate, reason } = answers[index]!;
    return { run: id, estimate, reason, limit, fits: estimate && estimate.peak <= limit, advice: estimate ? memoryAdvice(estimate, spec, limit) : [] };
  });
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
