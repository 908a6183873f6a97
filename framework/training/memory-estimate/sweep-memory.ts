import { dirname } from 'node:path';
import type { Plan } from '../../experiment/spec/plan.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { optionWords } from '../../experiment/spec/point-words.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import type { StudyGroup } from '../../experiment/spec/study.ts';
import type { EstimateAnswer } from './estimate-child.ts';
import type { MemoryEstimator } from './memory-estimator.ts';
import { memoryKey, processKey } from './memory-key.ts';

/** Runs of a plan that take as much memory as one of them, or less. */
export interface KindOfRun {
  /** The one that takes most. */
  readonly label: string;
  readonly spec: RunSpec;
  readonly runs: number;
  readonly answer: EstimateAnswer;
}

/** Kinds of run that are estimated of one plan; of more, so many that lie evenly among them. */
export const maxKinds = 64;

/**
 * Estimates what the runs of a plan take, each kind of them estimated once: of a matrix those that are due, where
 * points that differ in nothing but the batch are one kind, known by the largest; of a search each group at its most
 * expensive point, found at the ends of its ranges.
 *
 * @param due ids of the runs that are to run
 */
export async function sweepMemory(
  { file, runs, study }: Plan,
  due: ReadonlySet<string>,
  estimator: MemoryEstimator,
): Promise<KindOfRun[]> {
  const base = dirname(file);
  const ask = (spec: RunSpec): Promise<EstimateAnswer> => estimator.estimate(spec, base);
  const found: KindOfRun[] = [];
  try {
    if (study)
      for (const group of study.groups)
        found.push({ ...(await mostExpensiveOf(group, ask)), runs: study.total / study.groups.length });
    else for (const alike of kindsOf(runs.filter(({ id }) => due.has(id)))) found.push(await largestOf(alike, ask));
    return found;
  } finally {
    estimator.close();
  }
}

type Ask = (spec: RunSpec) => Promise<EstimateAnswer>;

/** Runs that differ in nothing that takes memory but the batch; those that one process can estimate stand together. */
function kindsOf(runs: readonly PlannedRun[]): PlannedRun[][] {
  const kinds = new Map<string, PlannedRun[]>();
  for (const run of runs) {
    const key = memoryKey({ ...run.spec, train: { ...run.spec.train, batch: 0 } });
    kinds.set(key, [...(kinds.get(key) ?? []), run]);
  }
  const processes = [...new Set(runs.map(({ spec }) => processKey(spec)))];
  const place = ([{ spec } = runs[0]!]: readonly PlannedRun[]): number => processes.indexOf(processKey(spec));
  const all = [...kinds.values()].sort((one, other) => place(one) - place(other));
  return all.length <= maxKinds
    ? all
    : Array.from({ length: maxKinds }, (_, index) => all[Math.round((index * (all.length - 1)) / (maxKinds - 1))]!);
}

/** The largest batch that can be estimated stands for all. */
async function largestOf(alike: readonly PlannedRun[], ask: Ask): Promise<KindOfRun> {
  const sorted = [...new Map(alike.map((run) => [run.spec.train.batch, run])).values()].sort(
    (one, other) => other.spec.train.batch - one.spec.train.batch,
  );
  let first: KindOfRun | undefined;
  for (const { label, spec } of sorted) {
    const kind = { label, spec, runs: alike.length, answer: await ask(spec) };
    if (kind.answer.estimate) return kind;
    first ??= kind;
  }
  return first!;
}

/**
 * Whether a corner differs from the first in more than a weight, a margin or a rate: in a range of real numbers of a
 * loss, an optimizer or a schedule no value is a count.
 */
function takesMemory({ corners, ranges }: StudyGroup, values: ReadonlyMap<string, unknown>): boolean {
  const [path, range] = [...ranges].find(
    ([name]) => JSON.stringify(values.get(name)) !== JSON.stringify(corners[0]!.values.get(name)),
  )!;
  return !((range.kind === 'uniform' || range.kind === 'logUniform') && /^(?:losses|optimizer|schedule)\b/.test(path));
}

/** A group with each range at the end that takes most, or at whichever corner takes more. */
async function mostExpensiveOf(group: StudyGroup, ask: Ask): Promise<Omit<KindOfRun, 'runs'>> {
  const tried: {
    readonly values: ReadonlyMap<string, unknown>;
    readonly spec: RunSpec;
    readonly answer: EstimateAnswer;
  }[] = [];
  for (const { values, spec } of group.corners.filter(({ values }, index) => index === 0 || takesMemory(group, values)))
    tried.push({ values, spec, answer: await ask(spec) });
  const peak = ({ answer }: (typeof tried)[number]): number => answer.estimate?.peak ?? -1;
  const mostExpensive = (of: readonly (typeof tried)[number][]): (typeof tried)[number] =>
    of.reduce((most, one) => (peak(one) > peak(most) ? one : most));
  const [lowest, ...others] = tried;
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const along = (path: string): typeof tried => [
    lowest!,
    ...others.filter((corner) => !same(corner.values.get(path), lowest!.values.get(path))),
  ];
  const paths = [...group.ranges.keys()];
  const telling = paths.filter((path) => new Set(along(path).map(peak)).size > 1);
  const values = new Map(paths.map((path) => [path, mostExpensive(along(path)).values.get(path)]));
  // Its spec may be refused where each end alone is not: then no run has it either.
  const [run] = await group.trial(0, values).then(
    ({ runs }) => runs,
    () => [],
  );
  if (run) tried.push({ values, spec: run.spec, answer: await ask(run.spec) });
  const { values: at, spec, answer } = mostExpensive(tried);
  return { label: [group.name, ...optionWords(at, telling)].filter(Boolean).join(' · '), spec, answer };
}
