import type { Plan } from '../spec/plan.ts';
import type { RunSpec } from '../spec/spec.ts';
import type { EstimateAnswer } from './estimate-child.ts';
import { memoryOfRun } from './memory-of-run.ts';

/** The estimates of a plan's runs, in their order; runs that differ in nothing that takes memory share one. */
export async function estimatesOfPlan({ file, runs }: Pick<Plan, 'file' | 'runs'>, set: readonly string[]): Promise<EstimateAnswer[]> {
  const made = new Map<string, EstimateAnswer>();
  const answers: EstimateAnswer[] = [];
  for (const { id, spec } of runs) {
    const key = memoryKey(spec);
    const answer = made.get(key) ?? (await memoryOfRun({ file, set, run: id }));
    made.set(key, answer);
    answers.push(answer);
  }
  return answers;
}

/** What of a spec decides how much memory it takes. In the losses a number that is not whole is a weight or a margin, and no count of anything. */
export function memoryKey({ device, threads, dataset, sampler, backbone, head, losses, optimizer, train, evaluate }: RunSpec): string {
  const counts = JSON.stringify(losses, (_, value: unknown) => (typeof value === 'number' && !Number.isInteger(value) ? 0.5 : value));
  const { epochs: _, ...step } = train;
  return JSON.stringify([device, threads, dataset, sampler, backbone, head, counts, optimizer, step, evaluate]);
}
