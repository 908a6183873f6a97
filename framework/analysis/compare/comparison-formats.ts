import { alignedRows } from '../../base/system/aligned-rows.ts';
import { csvText } from '../../figures/csv-text.ts';
import { cell, differenceRange } from '../../runs/comparison/comparison-table.ts';
import type { GroupPair } from './compare-groups.ts';
import type { ComparedLoss, LossComparison } from './compare-losses.ts';

/** Ways of writing a comparison. */
export const comparisonFormats = ['table', 'markdown', 'latex', 'csv', 'json'] as const;
/** A format of `comparisonFormats`. */
export type ComparisonFormat = (typeof comparisonFormats)[number];

const probability = (value: number): string =>
  Number.isNaN(value) ? '–' : value < 0.001 ? '< 0.001' : value > 0.999 ? '> 0.999' : value.toFixed(3);
const number = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : '–');
/** `3`, or `2 of 3` where some are missing. */
const counted = (count: number, expected: number): string =>
  count < expected ? `${count} of ${expected}` : String(count);
/** Whether a difference is significant; never without saying that pairs are missing. */
const verdict = ({ significant, pairs, expected }: GroupPair): string =>
  `${significant ? 'yes' : 'no'}${pairs < expected ? `, on ${pairs} of ${expected} pairs` : ''}`;
const direction = ({ mode }: LossComparison): string => (mode === 'min' ? ' ↓' : '');

/** Groups, then each with each, as text cells; the first row is the heading. */
function tables(comparison: LossComparison): readonly [string[][], string[][]] {
  const { metric, mode, groups, pairs } = comparison;
  const range = comparison.range ?? undefined;
  const isJoined = groups.some(({ concatenated }) => concatenated);
  const joined = ({ concatenated }: ComparedLoss): string[] =>
    isJoined ? [concatenated ? cell(concatenated, range) : '–'] : [];
  const means = [
    ['', 'runs', `${metric}${direction(comparison)}`, ...(isJoined ? ['concatenated'] : [])],
    ...groups.map((group) => [
      group.name,
      counted(group.runs, group.expected),
      cell({ ...group, count: group.runs }, range),
      ...joined(group),
    ]),
  ];
  const head = [
    '',
    'difference',
    'p (Holm)',
    'significant',
    'effect d',
    mode === null ? 'P(first higher)' : 'P(first better)',
    'Wilcoxon p',
    'pairs',
    'pairs needed',
  ];
  const rows = pairs.map((pair) => [
    `${pair.first} − ${pair.second}`,
    pair.pairs === 0 ? '–' : cell({ ...pair, count: pair.pairs }, range && differenceRange(range)),
    probability(pair.adjusted),
    verdict(pair),
    number(pair.effect),
    probability(pair.better),
    probability(pair.wilcoxon),
    counted(pair.pairs, pair.expected),
    pair.significant ? '' : String(pair.needed ?? '–'),
  ]);
  return [means, pairs.length > 0 ? [head, ...rows] : []];
}

const writers: Readonly<Record<ComparisonFormat, (comparison: LossComparison) => string>> = {
  table: (comparison) =>
    [
      ...tables(comparison)
        .filter(({ length }) => length > 0)
        .map((rows) => alignedRows(rows).join('\n')),
      comparison.notes.join('\n'),
    ].join('\n\n'),
  markdown: (comparison) =>
    [
      ...tables(comparison)
        .filter(({ length }) => length > 0)
        .map(markdown),
      comparison.notes.map((note) => `- ${note}`).join('\n'),
    ].join('\n\n'),
  latex,
  csv,
  json: (comparison) =>
    JSON.stringify(
      { version: 1, ...comparison },
      (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? null : value),
      2,
    ),
};

/** Renders a comparison in one of the formats, without a line end. */
export function writeComparison(comparison: LossComparison, format: ComparisonFormat): string {
  return writers[format](comparison);
}

function markdown(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(rows[0]!),
    line(rows[0]!.map((_, column) => (column === 0 ? '---' : '---:'))),
    ...rows.slice(1).map(line),
  ].join('\n');
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '−': '$-$',
  '±': '$\\pm$',
  '·': '$\\cdot$',
};
const tex = (text: string): string => text.replace(/[\\~^−±·]|[&%$#_{}]/g, (sign) => escapes[sign] ?? `\\${sign}`);

/**
 * Means alone, bold where a group is significantly better than every other; the tests stand in a comment's place below.
 */
function latex(comparison: LossComparison): string {
  const { metric, groups, notes, count } = comparison;
  const range = comparison.range ?? undefined;
  const isJoined = groups.some(({ concatenated }) => concatenated);
  const rows = groups.map((group) => {
    const mean = tex(cell({ ...group, count: group.runs }, range));
    const joined = isJoined ? ` & ${group.concatenated ? tex(cell(group.concatenated, range)) : '--'}` : '';
    const lacking = group.runs < group.expected ? ` (${group.runs} of ${group.expected} runs)` : '';
    return `${tex(group.name)} & ${group.best ? `\\textbf{${mean}}` : mean}${lacking}${joined} \\\\`;
  });
  const what = `mean $\\pm$ 95\\,\\% interval over ${tex(count.replace('×', 'x'))}; bold: better than every other on all pairs, p < 0.05 after Holm's correction`;
  return [
    `\\begin{tabular}{${isJoined ? 'lrr' : 'lr'}}`,
    '\\toprule',
    ` & ${tex(metric)}${comparison.mode === 'min' ? ' $\\downarrow$' : ''}${isJoined ? ' & concatenated' : ''} \\\\`,
    '\\midrule',
    ...rows,
    '\\bottomrule',
    '\\end{tabular}',
    `% ${what}`,
    ...notes.map((note) => `% ${note}`),
  ].join('\n');
}

function csv({ metric, groups, pairs }: LossComparison): string {
  const mean = (name: string): number => groups.find((group) => group.name === name)!.mean;
  const columns = [
    'metric',
    'first',
    'second',
    'pairs',
    'mean first',
    'mean second',
    'difference',
    'low',
    'high',
    't',
    'p',
    'p Holm',
    'significant',
    'p Wilcoxon',
    'effect d',
    'probability first better',
    'pairs needed',
    'pairs expected',
  ];
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const rows = pairs.map((pair) => [
    metric,
    pair.first,
    pair.second,
    pair.pairs,
    ...[
      mean(pair.first),
      mean(pair.second),
      pair.mean,
      pair.mean - pair.halfWidth,
      pair.mean + pair.halfWidth,
      pair.t,
      pair.p,
      pair.adjusted,
    ].map(finite),
    pair.pairs < pair.expected
      ? `${pair.significant} (${pair.pairs} of ${pair.expected} pairs)`
      : String(pair.significant),
    ...[pair.wilcoxon, pair.effect, pair.better].map(finite),
    pair.needed ?? null,
    pair.expected,
  ]);
  return csvText({ columns, rows }).trimEnd();
}
