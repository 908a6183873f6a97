import stringWidth from 'string-width';
import { alignedRows } from '../../base/system/aligned-rows.ts';
import type { MetricMeaning } from '../../contracts/evaluator.ts';
import type { MeanWithInterval } from '../../math/statistics/interval-of-mean.ts';
import type { MeaningOf } from '../../plugins/metric-meanings.ts';
import type { ComparedGroup } from './comparison.ts';

/** Least and largest value of something. */
export type ValueRange = MetricMeaning['range'];

/** Computes what the difference of two values of a metric can be. */
export const differenceRange = ([least, largest]: ValueRange): ValueRange => [least - largest, largest - least];

/** Tells whether an interval is as wide as all that its value can be, and so says nothing. */
export function isUninformative({ mean, halfWidth }: MeanWithInterval, range: ValueRange | undefined): boolean {
  return range !== undefined && mean - halfWidth <= range[0] && mean + halfWidth >= range[1];
}

/** Says how many intervals a table leaves out because they say nothing. */
export function uninformativeNotes(values: readonly (readonly [MeanWithInterval, ValueRange | undefined])[]): string[] {
  const { length } = values.filter(([value, range]) => isUninformative(value, range));
  if (length === 0) return [];
  return [
    `${length === 1 ? 'One interval is' : `${length} intervals are`} as wide as all that the metric can be: left out, since ${length === 1 ? 'it says' : 'they say'} nothing; more seeds would tell more.`,
  ];
}

/** Writes a note on each kind of groups' means whose intervals are as wide as their range. */
export const uninformativeMeans = (groups: readonly ComparedGroup[], meaningOf?: MeaningOf): string[] =>
  uninformativeNotes(
    groups.flatMap(({ metrics }) =>
      Object.entries(metrics).map(([metric, value]) => [value, meaningOf?.(metric)?.range] as const),
    ),
  );

/**
 * Writes `91.02 ± 0.43`, four significant digits; the mean alone where one seed gives no interval, or where the
 * interval of few is as wide as all that the metric can be and says nothing.
 */
export function cell(value: MeanWithInterval, range?: ValueRange): string {
  const { mean, halfWidth } = value;
  if (Number.isNaN(mean)) return '–';
  const digits = (value: number): string =>
    Math.abs(value) >= 1e5 || (value !== 0 && Math.abs(value) < 1e-3)
      ? value.toExponential(2)
      : String(Number(value.toPrecision(4)));
  return Number.isNaN(halfWidth) || isUninformative(value, range)
    ? digits(mean)
    : `${digits(mean)} ± ${digits(Number(halfWidth.toPrecision(2)))}`;
}

/**
 * Says how many seeds and folds a group's means are of, and of how many where some are missing: `3`, `2 of 3`, `2 × 3
 * folds`.
 */
export function seedsCell({
  count: { seeds, runs, folds, ofFolds },
  missing,
}: Pick<ComparedGroup, 'count' | 'missing'>): string {
  if (ofFolds > 0)
    return `${seeds} × ${folds < ofFolds ? `${folds} of ` : ''}${ofFolds} folds${missing.length > 0 ? `, ${runs} of ${runs + missing.length} runs` : ''}`;
  return missing.length > 0 ? `${runs} of ${runs + missing.length}` : String(seeds);
}

/** Writes a metric's heading, with an arrow where less of it is better. */
export const metricHeading = (metric: string, meaningOf?: MeaningOf): string =>
  meaningOf?.(metric)?.better === 'lower' ? `${metric} ↓` : metric;

/** Collects the groups' metrics, what was measured on validation images after all others. */
function metricsOf(groups: readonly ComparedGroup[]): string[] {
  const names = [...new Set(groups.flatMap((group) => Object.keys(group.metrics)))];
  const isValidation = (name: string): boolean => name.startsWith('validation/');
  return [...names.filter((name) => !isValidation(name)), ...names.filter(isValidation)];
}

/** Lays out a row a metric and a column a group where that fits `width` characters, otherwise a list a group. */
export function comparisonTable(groups: readonly ComparedGroup[], width = 80, meaningOf?: MeaningOf): string {
  const metrics = metricsOf(groups);
  const heading = (metric: string): string => metricHeading(metric, meaningOf);
  const cells = (metric: string): string[] =>
    groups.map((group) => (group.metrics[metric] ? cell(group.metrics[metric], meaningOf?.(metric)?.range) : '–'));
  const wide = alignedRows(
    [['metric', ...groups.map(({ name }) => name)], ...metrics.map((metric) => [heading(metric), ...cells(metric)])],
    true,
  );
  if (wide.every((line) => stringWidth(line) <= width)) return wide.join('\n');
  return metrics
    .flatMap((metric) =>
      alignedRows([[heading(metric), ''], ...groups.map((group, index) => [`  ${group.name}`, cells(metric)[index]!])]),
    )
    .join('\n');
}

/** Writes the comparison as a Markdown table, a row a group. */
export function comparisonMarkdown(groups: readonly ComparedGroup[], meaningOf?: MeaningOf): string {
  const metrics = metricsOf(groups);
  const row = (values: readonly string[]): string =>
    `| ${values.map((value) => value.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    row(['run', 'seeds', ...metrics.map((metric) => metricHeading(metric, meaningOf))]),
    row(['---', '---:', ...metrics.map(() => '---:')]),
    ...groups.map((group) =>
      row([
        group.name,
        seedsCell(group),
        ...metrics.map((metric) =>
          group.metrics[metric] ? cell(group.metrics[metric], meaningOf?.(metric)?.range) : '–',
        ),
      ]),
    ),
  ].join('\n');
}
