import { AblateError } from '../errors/ablate-error.ts';
import { didYouMean } from '../errors/did-you-mean.ts';
import { pointWords } from '../spec/point-words.ts';
import type { PairComparison } from '../statistics/compare-pairs.ts';
import { intervalOfMean, type MeanWithInterval } from '../statistics/interval-of-mean.ts';
import { compareGroups, type PairedRun } from './compare-groups.ts';
import type { ComparedRun } from './compared-runs.ts';
import { comparisonNotes } from './comparison-notes.ts';

/** One group of runs: those of a loss. */
export interface ComparedLoss {
  readonly name: string;
  readonly runs: number;
  readonly mean: number;
  /** Half of its 95 % interval; NaN for a single run. */
  readonly halfWidth: number;
  /** Its fold models as one, a value a seed; absent where they were not evaluated so, or it is they that are compared. */
  readonly concatenated?: MeanWithInterval;
  /** Whether it is better than every other, each time significantly. */
  readonly best: boolean;
}

/** Losses compared by one metric. */
export interface LossComparison {
  readonly metric: string;
  readonly mode: 'max' | 'min';
  readonly seeds: number;
  /** 0 where the runs have no folds. */
  readonly folds: number;
  /** What the tests are corrected by. */
  readonly overlap: number;
  readonly groups: readonly ComparedLoss[];
  /** Each group with each; `better` is the probability that the first is, by `mode`. */
  readonly pairs: readonly PairComparison[];
  /** What to know before believing it, a sentence each. */
  readonly notes: readonly string[];
}

/** How runs are compared. */
export interface CompareOptions {
  /** Paths of the matrix that make the groups; `losses` by default, or where those do not differ all but seed and fold. */
  readonly by?: readonly string[];
  /** By name, or as `map-at-r` for `MAP@R`; by default the first there is of the usual ones. */
  readonly metric?: string;
  readonly mode: 'max' | 'min';
  /** Whether each fold's model is compared by itself, or those of a seed as one; by itself unless given. */
  readonly folds?: 'separated' | 'concatenated';
}

const usual = ['MAP@R', 'Recall@1', 'verification-accuracy', 'accuracy'];
const concatenatedNote = 'Concatenated: the fold models of a seed as one, their embeddings of the test set, each of length 1, side by side; a value a seed. The tests are of the separated ones: --folds concatenated tests these.';
const plain = (name: string): string => name.toLowerCase().replaceAll('@', '-at-').replace(/[^a-z0-9/=.]+/g, '-');

/**
 * Compares groups of runs on what they share.
 *
 * @throws AblateError USAGE where the metric or a path names nothing, or there is nothing to compare
 */
export function compareLosses(all: readonly ComparedRun[], { by, metric: wanted, mode, folds: kind = 'separated' }: CompareOptions): LossComparison {
  const isCompared = ({ concatenated = false }: Pick<ComparedRun, 'concatenated'>): boolean => concatenated === (kind === 'concatenated');
  const runs = all.filter(isCompared);
  if (kind === 'concatenated' && runs.length === 0) throw new AblateError('USAGE', 'No fold models were evaluated as one.', { remedy: 'Name the folder of a protocol whose seeds are over, with protocol: {concatenate: true}; or leave out --folds.' });
  const metric = metricOf(runs, wanted);
  const measured = all.filter(({ metrics }) => Number.isFinite(metrics[metric]));
  const parts = groupsOf(measured, by).map(({ name, runs: members }) => ({ name, runs: members.filter(isCompared), others: members.filter((member) => !isCompared(member)) }));
  const { folds, overlap, groups, pairs: tested } = compareGroups(parts, metric);
  const pairs = tested.map((pair) => (mode === 'min' ? { ...pair, better: 1 - pair.better } : pair));
  const sign = mode === 'min' ? -1 : 1;
  const beats = (name: string, other: string): boolean => pairs.some(({ first, second, mean, significant }) => significant && ((first === name && second === other && sign * mean > 0) || (first === other && second === name && sign * mean < 0)));
  const compared = groups.map(({ name, values }) => {
    const { mean, halfWidth } = intervalOfMean([...values.values()], overlap);
    const joined = kind === 'separated' ? parts.find((part) => part.name === name)!.others : [];
    return { name, runs: values.size, mean, halfWidth, ...(joined.length > 0 && { concatenated: intervalOfMean(joined.map(({ metrics }) => metrics[metric]!)) }), best: groups.length > 1 && groups.every((other) => other.name === name || beats(name, other.name)) };
  });
  const seeds = new Set(measured.filter(isCompared).map(({ seed }) => seed)).size;
  const isJoined = compared.some(({ concatenated }) => concatenated);
  return { metric, mode, seeds, folds, overlap, groups: compared, pairs, notes: [...comparisonNotes({ seeds, folds, pairs }), ...(isJoined ? [concatenatedNote] : [])] };
}

function metricOf(runs: readonly ComparedRun[], wanted: string | undefined): string {
  const names = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics)))];
  if (names.length === 0) throw new AblateError('USAGE', 'No finished run has a metric.', { remedy: 'Name a folder with finished runs, whose spec has evaluators.' });
  const found = wanted === undefined ? (usual.find((name) => names.includes(name)) ?? names[0]) : (names.find((name) => name === wanted) ?? names.find((name) => plain(name) === plain(wanted)));
  if (found !== undefined) return found;
  throw new AblateError('USAGE', `No run has the metric "${wanted}". There are: ${names.join(', ')}.`, { remedy: didYouMean(wanted!, names) ?? 'Name one of these with --metric.' });
}

function groupsOf(runs: readonly ComparedRun[], by: readonly string[] | undefined): { readonly name: string; readonly runs: readonly (ComparedRun & PairedRun)[] }[] {
  const json = (value: unknown): string => JSON.stringify(value) ?? '';
  const withLosses = runs.map((run) => ({ run, point: { ...run.point, losses: run.losses } as Readonly<Record<string, unknown>> }));
  const all = [...new Set(withLosses.flatMap(({ point }) => Object.keys(point)))];
  const unknown = by?.find((path) => !all.includes(path));
  if (unknown !== undefined) throw new AblateError('USAGE', `The runs do not differ in "${unknown}".`, { remedy: didYouMean(unknown, all) ?? `Name one of these with --by: ${all.join(', ')}.` });
  const paths = by ?? (new Set(withLosses.map(({ point }) => json(point['losses']))).size > 1 ? ['losses'] : all);
  const part = (point: Readonly<Record<string, unknown>>, of: readonly string[]): Record<string, unknown> => Object.fromEntries(of.map((path) => [path, point[path]]));
  const groups = new Map<string, typeof withLosses>();
  for (const one of withLosses) {
    const key = json(part(one.point, paths));
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  // What differs within a group pairs its runs with those of the others; what does not, such as the head that a loss needs, belongs to it.
  const pairing = all.filter((path) => !paths.includes(path) && [...groups.values()].some((members) => new Set(members.map(({ point }) => json(point[path]))).size > 1));
  const words = pointWords([...groups.values()].map((members) => part(members[0]!.point, paths)));
  return [...groups.values()].map((members, index) => ({
    name: words[index]!.label || 'all',
    runs: members.map(({ run, point }) => ({ ...run, beside: part(point, pairing) })),
  }));
}
