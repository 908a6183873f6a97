import type { GroupRates, OperatingPoint, ThresholdRates } from '../../contracts/evaluator.ts';
import type { Intervals } from './bootstrap.ts';
import { farName, type OpenSetRates } from './open-set-rates.ts';

/** Groups of pairs or queries, whose rates are told apart. */
export interface RateGroups {
  /** Group of each, an index into `names`; −1 for none. */
  readonly values: Int32Array;
  readonly names: readonly string[];
}

/** What is asked of scores. */
export interface RateQuestion {
  readonly rates: OpenSetRates;
  /** False accept rates. */
  readonly targets: readonly number[];
  /** What a metric of the true rate is called: `TAR`, `DIR`. */
  readonly metric: string;
  readonly groups?: RateGroups | undefined;
}

/** Weights of the group's members; those of all others become 0. */
function within({ values }: RateGroups, group: number, weights?: Float64Array): Float64Array {
  return Float64Array.from(values, (value, index) => (value === group ? (weights?.[index] ?? 1) : 0));
}

/**
 * Measures each group at the one threshold chosen on all, and the worst of them: `TAR@FAR=1e-2,group=a`,
 * `worst-group-TAR@FAR=1e-2`. A group without same pairs has no rate.
 */
export function groupMetrics(
  { rates, targets, metric, groups }: RateQuestion,
  weights?: Float64Array,
): Record<string, number> {
  if (!groups) return {};
  const points = rates.operatingPoints(targets, weights);
  const weightings = groups.names.map((_, group) => within(groups, group, weights));
  return Object.fromEntries(
    targets.flatMap((target) => {
      const name = `${metric}@${farName(target)}`;
      const { threshold } = points[farName(target)]!;
      const values = weightings.map((own) => rates.ratesAt(threshold, own).TAR);
      const known = [...values.keys()].filter((group) => !Number.isNaN(values[group]));
      const worst = known.reduce((least, group) => Math.min(least, values[group]!), Infinity);
      return [
        ...known.map((group) => [`${name},group=${groups.names[group]}`, values[group]!] as const),
        ...(known.length > 0 ? [[`worst-group-${name}`, worst] as const] : []),
      ];
    }),
  );
}

const orNull = (rate: number): number | null => (Number.isNaN(rate) ? null : rate);

/** Rates of each group at the threshold of `target`, and at the group's own. */
function groupRates({ rates, groups }: RateQuestion, target: number, threshold: number | null) {
  const found = groups!.names.map((name, group): [string, GroupRates] => {
    const own = within(groups!, group);
    const { FAR, TAR } = rates.ratesAt(threshold, own);
    const best = rates.operatingPoints([target], own)[farName(target)]!;
    const count = own.reduce((sum, weight) => sum + weight, 0);
    const [far, tar] = [orNull(FAR), orNull(TAR)];
    return [
      name,
      { count, FAR: far, TAR: tar, ownThreshold: best.threshold, ownTAR: far === null ? null : orNull(best.TAR) },
    ];
  });
  return Object.fromEntries(found.filter(([, { count }]) => count > 0));
}

const separator = ' of ';

/** Lays thresholds and their rates out as numbers for `bootstrap`, beside a protocol's metrics. */
export function pointValues({ rates, targets }: RateQuestion, weights?: Float64Array): Record<string, number> {
  return Object.fromEntries(
    Object.entries(rates.operatingPoints(targets, weights)).flatMap(([name, point]) =>
      Object.entries(point as unknown as Record<string, number | null>).map(([field, value]) => [
        `${field}${separator}${name}`,
        value ?? NaN,
      ]),
    ),
  );
}

/** Puts thresholds, their groups and what `bootstrap` found of `pointValues` together; the rest are of the metrics. */
export function operatingPointsOf(
  question: RateQuestion,
  found: Intervals,
): { readonly points: Record<string, OperatingPoint>; readonly intervals: Intervals } {
  const intervals = { ...found };
  const take = (name: string, point: ThresholdRates): OperatingPoint['intervals'] =>
    Object.fromEntries(
      Object.keys(point).flatMap((field) => {
        const key = `${field}${separator}${name}`;
        const interval = intervals[key];
        delete intervals[key];
        return interval ? [[field, interval]] : [];
      }),
    );
  const target = new Map(question.targets.map((rate) => [farName(rate), rate]));
  const points = Object.entries(question.rates.operatingPoints(question.targets)).map(
    ([name, point]): [string, OperatingPoint] => [
      name,
      {
        ...point,
        intervals: take(name, point),
        ...(question.groups &&
          target.has(name) && { groups: groupRates(question, target.get(name)!, point.threshold) }),
      },
    ],
  );
  return { points: Object.fromEntries(points), intervals };
}
