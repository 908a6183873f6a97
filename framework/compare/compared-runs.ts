import { dirname } from 'node:path';
import type { RunFolder } from '../contracts/run-folder.ts';
import { readPlanFile, type PlanFile } from '../run/plan-file.ts';
import { readRun } from '../run/read-run.ts';
import { isFoldPath } from '../run/fold-path.ts';
import { readConcatenated } from '../run/concatenated-file.ts';
import { foldOfSplit, type RunFold } from '../run/run-fold.ts';
import { writtenSpec } from '../spec/written-spec.ts';
import { readSummary } from '../tracking/summary.ts';

/** A finished run as a comparison sees it. */
export interface ComparedRun {
  readonly id: string;
  readonly seed: number;
  /** Its fold and of how many, where its data set is split so. */
  readonly fold?: RunFold;
  /** What tells it from its siblings, by path, but for seed and fold. */
  readonly point: Readonly<Record<string, unknown>>;
  readonly losses: unknown;
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether it is the fold models of a seed, evaluated as one. */
  readonly concatenated?: boolean;
}

/**
 * Reads the finished runs among some folders; without those that a plan beside them does not name any more, and without the trials of a
 * search, of which each group would have its own; and fold models that were evaluated as one. In the order of the plan.
 *
 * @throws AblateError RUN_FOLDER; SpecError
 */
export async function comparedRuns(folders: readonly RunFolder[]): Promise<ComparedRun[]> {
  const plans = new Map<string, PlanFile | undefined>();
  const runs: ComparedRun[] = [];
  for (const folder of folders) {
    const parent = dirname(folder.directory);
    if (!plans.has(parent)) plans.set(parent, await readPlanFile(parent));
    const planned = plans.get(parent)?.runs.find(({ id }) => id === folder.id);
    const { status, metrics, point: whole, seed } = await readSummary(folder);
    if (status !== 'finished' || planned?.purpose === 'search' || (plans.get(parent) && !planned && folders.length > 1)) continue;
    const { spec } = await readRun(folder);
    const point = Object.fromEntries(Object.entries(whole).filter(([path]) => path !== 'seed' && !isFoldPath(path)));
    const fold = foldOfSplit(spec.dataset.options['split']);
    runs.push({ id: folder.id, seed, point, losses: whole['losses'] ?? writtenSpec(spec)['losses'], metrics, ...(fold && { fold }) });
  }
  for (const [parent, plan] of plans) runs.push(...(await concatenatedRuns(parent, plan, runs)));
  const places = new Map([...plans.values()].flatMap((plan) => plan?.runs ?? []).map(({ id }, place) => [id, place]));
  return runs.sort((one, other) => (places.get(one.id) ?? Infinity) - (places.get(other.id) ?? Infinity) || 0);
}

/** Fold models of an experiment as one, where each of its runs is among those compared; at the place of the first. */
async function concatenatedRuns(parent: string, plan: PlanFile | undefined, runs: readonly ComparedRun[]): Promise<ComparedRun[]> {
  const joined = plan ? await readConcatenated(parent) : [];
  return joined.flatMap(({ seed, metrics, runs: ids }) => {
    const folds = ids.flatMap((id) => runs.find((run) => run.id === id) ?? []);
    if (folds.length < ids.length) return [];
    const { id, point, losses } = folds[0]!;
    return [{ id, seed, point, losses, metrics, concatenated: true }];
  });
}
