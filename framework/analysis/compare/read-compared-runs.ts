import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { problemOf } from '../../base/errors/problem-of.ts';
import { shownFile } from '../../base/errors/shown-file.ts';
import { absentRuns } from '../../runs/comparison/absent-runs.ts';
import { readConcatenated } from '../../runs/comparison/concatenated-file.ts';
import type { ComparableRun } from '../../runs/comparison/comparability.ts';
import { isFoldPath } from '../../experiment/spec/fold-path.ts';
import type { UsedEvaluator } from '../../plugins/metric-meanings.ts';
import { folderNames } from '../../runs/plan/folder-names.ts';
import { readPlanFile, type PlanFile } from '../../runs/plan/plan-file.ts';
import { readRunFacts } from '../../runs/plan/run-facts.ts';
import { foldOfSplit } from '../../experiment/spec/run-fold.ts';
import { readResolvedSpec } from '../../experiment/spec/read-resolved-spec.ts';
import { writtenSpec } from '../../experiment/spec/written-spec.ts';
import { readProvenance } from '../../records/provenance/record-provenance.ts';
import { readSummary } from '../../records/run-folder/summary.ts';

/** A run as a comparison sees it; one that did not finish, or that a plan names and nobody ran, says so in `lack`. */
export interface ComparedRun extends ComparableRun {
  readonly id: string;
  /**
   * Which experiment it is of, where several are compared: the name of its folder, or as much of its path as tells it
   * from the others.
   */
  readonly experiment?: string;
  /** What tells it from its siblings, by path, but for seed and fold. */
  readonly point: Readonly<Record<string, unknown>>;
  readonly losses: unknown;
  /** Its evaluators, which know which way their metrics are better. */
  readonly evaluators?: readonly UsedEvaluator[];
  /** Paths of values that a search chose. */
  readonly searched?: readonly string[];
  /** Whether it is the fold models of a seed, evaluated as one. */
  readonly concatenated?: boolean;
  /** Whether the plan beside it does not name it any more: such a run is left out. */
  readonly unplanned?: boolean;
}

/**
 * Reads the runs among some folders; without the trials of a search, of which each group would have its own; and fold
 * models that were evaluated as one. The order is that of the experiments' names, then of their plans, whatever order
 * the folders have.
 *
 * @param warn hears of what is damaged and therefore left out
 */
export async function readComparedRuns(
  folders: readonly RunFolder[],
  warn: (message: string) => void,
): Promise<ComparedRun[]> {
  const parents = [...new Set(folders.map(({ directory }) => dirname(directory)))];
  const experiments = [...folderNames(parents)].sort(([, one], [, other]) => (one < other ? -1 : 1));
  const runs: ComparedRun[] = [];
  for (const [parent, experiment] of experiments) {
    runs.push(
      ...(await runsOf(
        { parent, experiment, folders: folders.filter(({ directory }) => dirname(directory) === parent) },
        folders.length > 1,
        warn,
      )),
    );
  }
  return runs;
}

/** Some runs of one experiment. */
interface Experiment {
  readonly parent: string;
  readonly experiment: string;
  readonly folders: readonly RunFolder[];
}

/** Reads the runs of one experiment, in the order of its plan. */
async function runsOf(
  { parent, experiment, folders }: Experiment,
  several: boolean,
  warn: (message: string) => void,
): Promise<ComparedRun[]> {
  const orWarning = async <T>(what: string, reading: Promise<T>): Promise<T | undefined> =>
    reading.catch((cause: unknown) => void warn(`${what} is left out: ${problemOf(cause)}`));
  const plan = await orWarning(`The plan of ${shownFile(parent)}`, readPlanFile(parent));
  const searched = plan?.search?.groups.flatMap(({ ranges }) => Object.keys(ranges));
  const runs: ComparedRun[] = [];
  for (const folder of folders) {
    const planned = plan?.runs.find(({ id }) => id === folder.id);
    if (planned?.purpose === 'search') continue;
    const run = await orWarning(`The run in ${shownFile(folder.directory)}`, comparedRun(folder, warn));
    if (run)
      runs.push({
        ...run,
        experiment,
        ...(searched && { searched }),
        ...(plan && !planned && several && { unplanned: true }),
      });
  }
  if (plan) {
    const known = runs.filter(({ lack }) => lack === undefined);
    runs.push(...(await withoutResult({ parent, experiment, folders }, plan, runs)));
    runs.push(
      ...((await orWarning(`What the folds of ${shownFile(parent)} are as one`, concatenatedRuns(parent, known))) ??
        []),
    );
  }
  const places = new Map((plan?.runs ?? []).map(({ id }, place) => [id, place]));
  return runs.sort((one, other) => (places.get(one.id) ?? Infinity) - (places.get(other.id) ?? Infinity) || 0);
}

/** Reads a run. @throws AblateError RUN_FOLDER; SpecError */
async function comparedRun(folder: RunFolder, warn: (message: string) => void): Promise<ComparedRun> {
  const { status, metrics, point, seed } = await readSummary(folder);
  const spec = readResolvedSpec(await readFile(folder.spec, 'utf8'), folder.spec);
  const provenance = await readProvenance(folder, warn);
  const from = dirname(provenance?.specFile ?? folder.spec);
  const fold = foldOfSplit(spec.dataset.options['split']);
  return {
    id: folder.id,
    seed,
    point: pointOf(point),
    losses: point['losses'] ?? writtenSpec(spec)['losses'],
    metrics: status === 'finished' ? metrics : {},
    evaluators: spec.evaluate.map(({ plugin }) => ({ plugin, from })),
    facts: await readRunFacts(folder, warn),
    place: folder.directory,
    ...(fold && { fold }),
    ...(status !== 'finished' && { lack: status === 'running' ? 'not finished' : status }),
  };
}

const pointOf = (point: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(point).filter(([path]) => path !== 'seed' && !isFoldPath(path)));

/** What a plan names and nobody ran, or nobody can read. */
async function withoutResult(
  { parent, folders }: Experiment,
  plan: PlanFile,
  runs: readonly ComparedRun[],
): Promise<ComparedRun[]> {
  const [like] = runs;
  if (!like) return [];
  const { experiment, losses } = like;
  return (await absentRuns({ parent, plan, given: folders.map(({ id }) => id), read: runs })).map(
    ({ id, point, seed, fold, lack }) => ({
      id,
      ...(experiment !== undefined && { experiment }),
      seed,
      point: pointOf(point),
      losses: point['losses'] ?? losses,
      metrics: {},
      lack,
      ...(fold && { fold }),
    }),
  );
}

/** Fold models of an experiment as one, where each of its runs is among those compared; at the place of the first. */
async function concatenatedRuns(parent: string, runs: readonly ComparedRun[]): Promise<ComparedRun[]> {
  return (await readConcatenated(parent)).flatMap(({ seed, metrics, runs: ids }) => {
    const folds = ids.flatMap((id) => runs.find((run) => run.id === id) ?? []);
    if (folds.length < ids.length) return [];
    const { fold: _, facts: _facts, place: _place, ...first } = folds[0]!;
    return [{ ...first, seed, metrics, concatenated: true }];
  });
}
