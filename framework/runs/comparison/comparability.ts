import { isOfFold, isRecorded, type RunFacts } from '../plan/run-facts.ts';
import type { RunFold } from '../../experiment/spec/run-fold.ts';

/** A run in a group, with what tells whether it may be compared. */
export interface ComparableRun {
  readonly seed: number;
  readonly fold?: RunFold | undefined;
  /** What pairs it with runs of other groups beside seed and fold, by path. */
  readonly beside?: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
  /** Why it has no result: `failed`; absent of one that has. */
  readonly lack?: string | undefined;
  /** Absent where nothing is kept of it. */
  readonly facts?: RunFacts | undefined;
  /** Where it lies, for people. */
  readonly place?: string;
}

/** Runs that are compared as one. */
export interface ComparableGroup<Run extends ComparableRun = ComparableRun> {
  readonly name: string;
  readonly runs: readonly Run[];
}

/** Writes what pairs a run with one of another group, as one text. */
export const pairKey = ({ seed, fold, beside = {} }: ComparableRun): string =>
  JSON.stringify([seed, fold?.index ?? null, beside]);

/** What pairs a run with others, in words: `seed 3 · fold 1`. */
function pairWords({ seed, fold, beside = {} }: ComparableRun): string {
  const others = Object.entries(beside).map(
    ([path, value]) => `${path.split('.').at(-1)} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [`seed ${seed}`, ...(fold ? [`fold ${fold.index}`] : []), ...others].join(' · ');
}

/** Longest list of runs or values in a sentence. */
const longest = 4;
const listed = (items: readonly string[], of = 'runs'): string =>
  items.length > longest
    ? `${items.slice(0, longest).join(', ')} and ${items.length - longest} more ${of}`
    : items.join(', ');

/** Lists the runs of each group that have no result, or none of the metric; nothing where all have. */
export function missingNotes(groups: readonly ComparableGroup[], metric?: string): string[] {
  return groups.flatMap(({ name, runs }) => {
    const lacking = runs.flatMap((run) => {
      const lack = lackOf(run, metric);
      return lack === undefined ? [] : [`${pairWords(run)} (${lack})`];
    });
    return lacking.length > 0
      ? [
          `Missing: ${name} lacks ${listed(lacking)}; ${runs.length - lacking.length} of ${runs.length} runs are left, and those that are left need not be like those that are not.`,
        ]
      : [];
  });
}

/**
 * Says why a run gives no value of a metric; without one, whether any metric is no number. Undefined where all is well.
 */
export function lackOf({ lack, metrics }: ComparableRun, metric?: string): string | undefined {
  if (lack !== undefined) return lack;
  const bad = metric === undefined ? Object.keys(metrics).find((name) => !Number.isFinite(metrics[name])) : metric;
  if (bad === undefined || Number.isFinite(metrics[bad])) return undefined;
  return bad in metrics ? `${bad} is ${metrics[bad]}` : `without ${bad}`;
}

interface RunValues {
  readonly group: string;
  readonly run: ComparableRun;
  readonly values: ReadonlyMap<string, string>;
}

const valuesIn = (groups: readonly ComparableGroup[]): RunValues[] =>
  groups.flatMap(({ name, runs }) =>
    runs.flatMap((run) => (run.facts ? [{ group: name, run, values: run.facts.values }] : [])),
  );
/** What a run has at a path; undefined where that is not known. */
const valueAt = ({ values }: RunValues, path: string): string | undefined =>
  values.get(path) ?? (isRecorded(path) ? undefined : 'not given');

/**
 * Finds what differs between runs beside what is compared, by path: data, split, epochs, schedule, device, code,
 * whatever it is.
 *
 * @param compared paths that make the groups or pair their runs, and those that a search chose
 */
export function differingPaths(groups: readonly ComparableGroup[], compared: readonly string[]): string[] {
  const runs = valuesIn(groups);
  const isCompared = (path: string): boolean => compared.some((one) => path === one || path.startsWith(`${one}.`));
  const paths = [...new Set(runs.flatMap(({ values }) => [...values.keys()]))].filter((path) => !isCompared(path));
  const differing = paths.filter((path) => {
    const byFold = new Map<number | undefined, Set<string>>();
    for (const one of runs) {
      const value = valueAt(one, path);
      const fold = isOfFold(path) ? one.run.fold?.index : undefined;
      if (value !== undefined) byFold.set(fold, (byFold.get(fold) ?? new Set()).add(value));
    }
    return [...byFold.values()].some(({ size }) => size > 1);
  });
  // Where the plugin itself differs, its options do so of necessity.
  return differing.filter((path) => !differing.some((other) => !other.includes('.') && path.startsWith(`${other}.`)));
}

/** Most differences that have a sentence of their own. */
const maxNotes = 12;

/** Says what differs between runs beside what is compared, and which runs have what; parameters as above. */
export function differenceNotes(groups: readonly ComparableGroup[], compared: readonly string[]): string[] {
  const runs = valuesIn(groups);
  const own = differingPaths(groups, compared);
  const notes = own.slice(0, maxNotes).map((path) => `Not the same for all: ${path} is ${valuesInWords(path)}.`);
  return own.length > notes.length
    ? [
        ...notes,
        `Not the same for all: ${own.length - notes.length} more values: ${own.slice(notes.length).join(', ')}.`,
      ]
    : notes;

  function valuesInWords(path: string): string {
    const byValue = new Map<string, RunValues[]>();
    for (const one of runs) {
      const value = valueAt(one, path);
      if (value !== undefined) byValue.set(value, [...(byValue.get(value) ?? []), one]);
    }
    const parts = [...byValue].map(
      ([value, members]) => `${value.length > 80 ? `${value.slice(0, 80)}…` : value} for ${whoIn(members)}`,
    );
    return listed(parts, 'values');
  }

  /** Groups by name where all of their runs have it, and single runs of others. */
  function whoIn(members: readonly RunValues[]): string {
    const names = [...new Set(members.map(({ group }) => group))];
    return listed(
      names.map((name) => {
        const having = members.filter(({ group }) => group === name);
        const all = runs.filter(({ group }) => group === name).length;
        return having.length === all
          ? name
          : having.length <= longest
            ? `${name} (${having.map(({ run }) => pairWords(run)).join('; ')})`
            : `${name} (${having.length} of ${all} runs)`;
      }),
      'groups',
    );
  }
}

/**
 * Finds runs that would be counted as independent and are not: a run listed twice, folds that hold the same images,
 * seeds that trained alike. Names, paths and numbers of a seed or fold are not believed; content is.
 *
 * @returns a sentence each
 */
export function repeatProblems(groups: readonly ComparableGroup[]): string[] {
  const problems = new Set<string>();
  const byUuid = new Map<string, string>();
  for (const { name, runs } of groups) {
    const byKey = new Map<string, ComparableRun>();
    const measured = runs.filter(({ lack }) => lack === undefined);
    for (const run of measured) {
      const called = `${name} · ${pairWords(run)}${run.place === undefined ? '' : ` (${run.place})`}`;
      const [before, listedAs] = [byKey.get(pairKey(run)), run.facts && byUuid.get(run.facts.uuid)];
      if (listedAs !== undefined) problems.add(`One run is listed twice, as ${listedAs} and as ${called}.`);
      else if (before)
        problems.add(
          `${name} has ${pairWords(run)} twice${run.place === undefined ? '' : `: ${before.place} and ${run.place}`}.`,
        );
      byKey.set(pairKey(run), run);
      if (run.facts) byUuid.set(run.facts.uuid, called);
    }
    const copies = foldsAlike(measured);
    if (copies)
      problems.add(
        `${name}: the folds ${copies.join(' and ')} hold the same images in the same roles: they are one split, and not ${copies.length}.`,
      );
    else
      for (const [one, other] of seedsAlike(measured))
        problems.add(
          `${name}: ${pairWords(one)} and ${pairWords(other)} trained alike, step by step: they are one run, and not two.`,
        );
  }
  return [...problems];
}

/** Folds of equal content, all that one is equal to; undefined where each is its own. */
function foldsAlike(runs: readonly ComparableRun[]): number[] | undefined {
  const byContent = new Map<string, Set<number>>();
  for (const { fold, facts } of runs) {
    const [split, data] = [facts?.values.get('split'), facts?.values.get('data')];
    if (!fold || (split ?? data) === undefined) continue;
    const content = `${split ?? ''} ${data ?? ''}`;
    byContent.set(content, (byContent.get(content) ?? new Set()).add(fold.index));
  }
  const alike = [...byContent.values()].find(({ size }) => size > 1);
  return alike && [...alike].sort((one, other) => one - other);
}

/** Pairs of runs of other seeds or folds whose metrics and training are the same to the last bit. */
function seedsAlike(runs: readonly ComparableRun[]): [ComparableRun, ComparableRun][] {
  const byMetrics = new Map<string, ComparableRun[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.beside ?? {}, Object.entries(run.metrics).sort()]);
    byMetrics.set(key, [...(byMetrics.get(key) ?? []), run]);
  }
  return [...byMetrics.values()]
    .filter(({ length }) => length > 1)
    .flatMap((suspects) => {
      const byTraining = new Map<string, ComparableRun>();
      return suspects.flatMap((run): [ComparableRun, ComparableRun][] => {
        const training = run.facts?.training();
        const before = training === undefined ? undefined : byTraining.get(training);
        if (training !== undefined && !before) byTraining.set(training, run);
        return before && pairKey(before) !== pairKey(run) ? [[before, run]] : [];
      });
    });
}
