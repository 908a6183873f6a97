import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RunFolder } from '../contracts/run-folder.ts';
import { problemOf } from '../errors/problem-of.ts';
import { shownFile } from '../errors/shown-file.ts';
import { readPlanFile, type PlanFile } from '../run/plan-file.ts';
import { isFoldPath } from '../run/fold-path.ts';
import { readConcatenated } from '../run/concatenated-file.ts';
import { foldOfSplit, type RunFold } from '../run/run-fold.ts';
import { readResolvedSpec } from '../spec/read-resolved-spec.ts';
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
 * @param warn hears of what is damaged and therefore left out
 */
export async function comparedRuns(folders: readonly RunFolder[], warn: (message: string) => void): Promise<ComparedRun[]> {
  const plans = new Map<string, PlanFile | undefined>();
  const runs: ComparedRun[] = [];
  const orWarning = async <T>(what: string, reading: Promise<T>): Promise<T | undefined> =>
    reading.catch((cause: unknown) => void warn(`${what} is left out: ${problemOf(cause)}`));
  for (const folder of folders) {
    const parent = dirname(folder.directory);
    if (!plans.has(parent)) plans.set(parent, await orWarning(`The plan of ${shownFile(parent)}`, readPlanFile(parent)));
    const plan = plans.get(parent);
    const planned = plan?.runs.find(({ id }) => id === folder.id);
    const run = await orWarning(`The run in ${shownFile(folder.directory)}`, finishedRun(folder));
    if (run && planned?.purpose !== 'search' && (!plan || planned || folders.length === 1)) runs.push(run);
  }
  for (const [parent, plan] of plans) {
    runs.push(...((await orWarning(`What the folds of ${shownFile(parent)} are as one`, concatenatedRuns(parent, plan, runs))) ?? []));
  }
  const places = new Map([...plans.values()].flatMap((plan) => plan?.runs ?? []).map(({ id }, place) => [id, place]));
  return runs.sort((one, other) => (places.get(one.id) ?? Infinity) - (places.get(other.id) ?? Infinity) || 0);
}

/** Reads a run; undefined where it has not finished. @throws AblateError RUN_FOLDER; SpecError */
async function finishedRun(folder: RunFolder): Promise<ComparedRun | undefined> {
  const { status, metrics, point: whole, seed } = await readSummary(folder);
  if (status !== 'finished') return undefined;
  const spec = readResolvedSpec(await readFile(folder.spec, 'utf8'), folder.spec);
  const point = Object.fromEntries(Object.entries(whole).filter(([path]) => path !== 'seed' && !isFoldPath(path)));
  const fold = foldOfSplit(spec.dataset.options['split']);
  return { id: folder.id, seed, point, losses: whole['losses'] ?? writtenSpec(spec)['losses'], metrics, ...(fold && { fold }) };
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
