import { AblateError } from '../../base/errors/ablate-error.ts';
import { didYouMean } from '../../base/errors/did-you-mean.ts';
import { usualMetrics } from '../../experiment/spec/usual-metrics.ts';
import { pointWords } from '../../experiment/spec/point-words.ts';
import { intervalOfMean, type MeanWithInterval } from '../../math/statistics/interval-of-mean.ts';
import {
  differenceNotes,
  differingPaths,
  missingNotes,
  pairKey,
  repeatProblems,
  type ComparableGroup,
} from '../../runs/comparison/comparability.ts';
import { countRuns, countWords } from '../../figures/group-mean.ts';
import { differenceRange, uninformativeNotes, type ValueRange } from '../../runs/comparison/comparison-table.ts';
import { isOfFold } from '../../runs/plan/run-facts.ts';
import type { MeaningOf } from '../../plugins/metric-meanings.ts';
import { compareGroups, type GroupPair } from './compare-groups.ts';
import type { ComparedRun } from './read-compared-runs.ts';
import { comparisonNotes } from './comparison-notes.ts';

/** One group of runs: those of a loss. */
export interface ComparedLoss {
  readonly name: string;
  readonly runs: number;
  /** Runs that there would be if none were missing. */
  readonly expected: number;
  readonly mean: number;
  /** Half of its 95 % interval; NaN for a single run. */
  readonly halfWidth: number;
  /**
   * Its fold models as one, a value a seed; absent where they were not evaluated so, or it is they that are compared.
   */
  readonly concatenated?: MeanWithInterval;
  /** Whether it is better than every other, each time significantly, with no pair missing and on the same data. */
  readonly best: boolean;
}

/** Losses compared by one metric. */
export interface LossComparison {
  readonly metric: string;
  /** Which way is better; null where nobody says. */
  readonly mode: 'max' | 'min' | null;
  /** Least and largest value that the metric can take; null where nobody says. */
  readonly range: ValueRange | null;
  readonly seeds: number;
  /** Folds of the split; 0 where the runs have no folds. */
  readonly folds: number;
  /** What each mean is of, in words: `2 seeds × 3 folds`. */
  readonly count: string;
  /** What the tests are corrected by. */
  readonly overlap: number;
  readonly groups: readonly ComparedLoss[];
  /** Each group with each; `better` is the probability that the first is, by `mode`. */
  readonly pairs: readonly GroupPair[];
  /** What to know before believing it, a sentence each. */
  readonly notes: readonly string[];
}

/** How runs are compared. */
export interface CompareOptions {
  /**
   * Paths of the matrix that make the groups; `losses` by default, or where those do not differ all but seed and fold.
   */
  readonly by?: readonly string[];
  /** By name, or as `map-at-r` for `MAP@R`; by default the first there is of the usual ones. */
  readonly metric?: string;
  /** Which way is better; by default what the evaluators say. */
  readonly mode?: 'max' | 'min' | undefined;
  /** What the runs' evaluators say of their metrics. */
  readonly meaningOf?: MeaningOf;
  /** Whether each fold's model is compared by itself, or those of a seed as one; by itself unless given. */
  readonly folds?: 'separated' | 'concatenated';
}

const concatenatedNote =
  'Concatenated: the fold models of a seed as one, their embeddings of the test set, each of length 1, side by side; a value a seed. The tests are of the separated ones: --folds concatenated tests these.';
const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('@', '-at-')
    .replace(/[^a-z0-9/=.]+/g, '-');

/**
 * Compares groups of runs on what they share. Runs of two experiments are never of one group.
 *
 * @throws AblateError USAGE where the metric or a path names nothing, there is nothing to compare, or runs are repeats
 * of each other
 */
export function compareLosses(
  every: readonly ComparedRun[],
  { by, metric: wanted, mode: given, meaningOf = () => undefined, folds: kind = 'separated' }: CompareOptions,
): LossComparison {
  const isCompared = ({ concatenated = false }: Pick<ComparedRun, 'concatenated'>): boolean =>
    concatenated === (kind === 'concatenated');
  const all = every.filter(({ unplanned }) => !unplanned);
  const runs = all.filter(isCompared);
  if (kind === 'concatenated' && runs.length === 0)
    throw new AblateError('USAGE', 'No fold models were evaluated as one.', {
      remedy:
        'Name the folder of a protocol whose seeds are over, with protocol: {concatenate: true}; or leave out --folds.',
    });
  const metric = metricOf(runs, wanted);
  const { better, range } = meaningOf(metric) ?? {};
  const mode = given ?? (better === 'higher' ? 'max' : better === 'lower' ? 'min' : null);
  const grouped = groupsOf(all, by);
  const parts = withAbsent(
    grouped.groups.map(({ name, runs: members }) => ({ name, runs: members.filter(isCompared) })),
  );
  refuseRepeats(parts);
  const { folds, overlap, groups, pairs: tested } = compareGroups(parts, metric);
  const pairs = tested.map((pair) => (mode === 'min' ? { ...pair, better: 1 - pair.better } : pair));
  const compared = [...grouped.compared, ...all.flatMap(({ searched = [] }) => searched)];
  const isSameData = !differingPaths(parts, compared).some(isOfFold);
  const sign = mode === 'min' ? -1 : 1;
  const beats = (name: string, other: string): boolean =>
    mode !== null &&
    isSameData &&
    pairs.some(
      ({ first, second, mean, significant, pairs: count, expected }) =>
        significant &&
        count === expected &&
        ((first === name && second === other && sign * mean > 0) ||
          (first === other && second === name && sign * mean < 0)),
    );
  const means = groups.map(({ name, runs: count, expected, mean, halfWidth }) => {
    const joined =
      kind === 'separated'
        ? grouped.groups
            .find((part) => part.name === name)!
            .runs.filter((run) => !isCompared(run) && Number.isFinite(run.metrics[metric]))
        : [];
    return {
      name,
      runs: count,
      expected,
      mean,
      halfWidth,
      ...(joined.length > 0 && { concatenated: intervalOfMean(joined.map(({ metrics }) => metrics[metric]!)) }),
      best: groups.length > 1 && groups.every((other) => other.name === name || beats(name, other.name)),
    };
  });
  const measured = parts.flatMap(({ runs: members }) =>
    members.filter(({ metrics }) => Number.isFinite(metrics[metric])),
  );
  const counted = countRuns(measured);
  const notes = [
    ...missingNotes(parts, metric),
    ...differenceNotes(parts, compared),
    ...(isSameData ? [] : ['The runs were made on other data: nothing is marked as best.']),
    ...leftOut(every),
    ...(mode === null
      ? [
          `Whether more or less of ${metric} is better ${better === 'neither' ? 'depends' : 'its evaluator does not say'}: nothing is marked as best; --mode says it.`,
        ]
      : mode === 'min'
        ? [`Less of ${metric} is better.`]
        : []),
    ...comparisonNotes({ ...counted, isSameData, crossed: crossedIn(parts), pairs }),
    ...(means.some(({ concatenated }) => concatenated) ? [concatenatedNote] : []),
    ...uninformativeNotes([
      ...groups.map((group) => [group, range] as const),
      ...means.flatMap(({ concatenated }) => (concatenated ? [[concatenated, range] as const] : [])),
      ...pairs.map((pair) => [{ ...pair, count: pair.pairs }, range && differenceRange(range)] as const),
    ]),
  ];
  return {
    metric,
    mode,
    range: range ?? null,
    seeds: counted.seeds,
    folds,
    count: countWords(counted),
    overlap,
    groups: means,
    pairs,
    notes,
  };
}

/** Names what other groups have a run of and one has not, as runs without a result. */
function withAbsent(groups: readonly ComparableGroup<ComparedRun>[]): ComparableGroup<ComparedRun>[] {
  const every = new Map(groups.flatMap(({ runs }) => runs.map((run) => [pairKey(run), run] as const)));
  return groups.map(({ name, runs }) => {
    const own = new Set(runs.map(pairKey));
    const absent = [...every]
      .filter(([key]) => !own.has(key))
      .map(([, { facts: _, place: _place, ...run }]) => ({ ...run, metrics: {}, lack: 'no such run' }));
    return { name, runs: runs.length === 0 ? [] : [...runs, ...absent] };
  });
}

function refuseRepeats(groups: readonly ComparableGroup[]): void {
  const problems = repeatProblems(groups);
  if (problems.length > 0)
    throw new AblateError(
      'USAGE',
      [...problems.slice(0, 3), ...(problems.length > 3 ? [`And ${problems.length - 3} more.`] : [])].join('\n'),
      {
        remedy:
          'Repeats count as independent runs in every test. Name each run once; give each fold and each seed a run of its own.',
      },
    );
}

/** Paths beside seed and fold whose values are crossed within groups, with how many there are of each. */
function crossedIn(groups: readonly ComparableGroup[]): { readonly path: string; readonly values: number }[] {
  const runs = groups.flatMap((group) => group.runs);
  const paths = [...new Set(runs.flatMap(({ beside = {} }) => Object.keys(beside)))];
  return paths.map((path) => ({
    path,
    values: new Set(runs.map(({ beside = {} }) => JSON.stringify(beside[path]))).size,
  }));
}

function leftOut(runs: readonly ComparedRun[]): string[] {
  const unplanned = runs.filter((run) => run.unplanned);
  if (unplanned.length === 0) return [];
  const shown = unplanned
    .slice(0, 3)
    .map(({ id }) => id)
    .join(', ');
  return [
    `Left out: ${unplanned.length} ${unplanned.length === 1 ? 'run' : 'runs'} that the plan beside ${unplanned.length === 1 ? 'it does' : 'them does'} not name: ${shown}${unplanned.length > 3 ? ', …' : ''}.`,
  ];
}

function metricOf(runs: readonly ComparedRun[], wanted: string | undefined): string {
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))];
  if (names.length === 0)
    throw new AblateError('USAGE', 'No finished run has a metric.', {
      remedy: 'Name a folder with finished runs, whose spec has evaluators.',
    });
  const found =
    wanted === undefined
      ? (usualMetrics.find((name) => names.includes(name)) ?? names[0])
      : (names.find((name) => name === wanted) ?? names.find((name) => plain(name) === plain(wanted)));
  if (found !== undefined) return found;
  throw new AblateError('USAGE', `No run has the metric "${wanted}". There are: ${names.join(', ')}.`, {
    remedy: didYouMean(wanted!, names) ?? 'Name one of these with --metric.',
  });
}

/** Runs by what is compared, and the paths that this is. */
interface GroupedRuns {
  readonly groups: readonly ComparableGroup<ComparedRun>[];
  /** Paths that make the groups, and those that pair their runs. */
  readonly compared: readonly string[];
}

function groupsOf(runs: readonly ComparedRun[], by: readonly string[] | undefined): GroupedRuns {
  const json = (value: unknown): string => JSON.stringify(value) ?? '';
  const withLosses = runs.map((run) => ({
    run,
    point: { ...run.point, losses: run.losses } as Readonly<Record<string, unknown>>,
  }));
  const all = [...new Set(withLosses.flatMap(({ point }) => Object.keys(point)))];
  const unknown = by?.find((path) => !all.includes(path));
  if (unknown !== undefined)
    throw new AblateError('USAGE', `The runs do not differ in "${unknown}".`, {
      remedy: didYouMean(unknown, all) ?? `Name one of these with --by: ${all.join(', ')}.`,
    });
  const paths = by ?? (new Set(withLosses.map(({ point }) => json(point['losses']))).size > 1 ? ['losses'] : all);
  const part = (point: Readonly<Record<string, unknown>>, of: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(of.map((path) => [path, point[path]]));
  const groups = new Map<string, typeof withLosses>();
  for (const one of withLosses) {
    const key = json([one.run.experiment, part(one.point, paths)]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const found = [...groups.values()];
  // What differs within a group pairs its runs with those of the others; what does not, such as the head that a loss
  // needs, belongs to it.
  const pairing = all.filter(
    (path) =>
      !paths.includes(path) && found.some((members) => new Set(members.map(({ point }) => json(point[path]))).size > 1),
  );
  const words = pointWords(found.map((members) => part(members[0]!.point, paths))).map(({ label }) => label || 'all');
  const ofSeveral = (index: number): boolean => words.some((other, place) => place !== index && other === words[index]);
  const nameOf = (index: number): string => {
    const { experiment } = found[index]![0]!.run;
    if (!ofSeveral(index) || experiment === undefined) return words[index]!;
    return words[index] === 'all' ? experiment : `${experiment}: ${words[index]}`;
  };
  return {
    compared: [...paths, ...pairing],
    groups: found.map((members, index) => ({
      name: nameOf(index),
      runs: members.map(({ run, point }) => ({ ...run, beside: part(point, pairing) })),
    })),
  };
}
