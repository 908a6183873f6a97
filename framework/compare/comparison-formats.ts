import { alignedRows } from '../run/aligned-rows.ts';
import { csvText } from '../figures/csv-text.ts';
import { cell } from '../run/comparison-table.ts';
import type { ComparedLoss, LossComparison } from './compare-losses.ts';

/** Ways of writing a comparison. */
export const comparisonFormats = ['table', 'markdown', 'latex', 'csv', 'json'] as const;
export type ComparisonFormat = (typeof comparisonFormats)[number];

const probability = (value: number): string => (Number.isNaN(value) ? '–' : value < 0.001 ? '< 0.001' : value > 0.999 ? '> 0.999' : value.toFixed(3));
const number = (value: number): string => (Number.isNaN(value) ? '–' : String(Number(value.toPrecision(3))));

/** Groups, then each with each, as text cells; the first row is the heading. */
function tables({ metric, groups, pairs }: LossComparison): readonly [string[][], string[][]] {
  const isJoined = groups.some(({ concatenated }) => concatenated);
  const joined = ({ concatenated }: ComparedLoss): string[] => (isJoined ? [concatenated ? cell(concatenated) : '–'] : []);
  const means = [['', 'runs', metric, ...(isJoined ? ['concatenated'] : [])], ...groups.map((group) => [group.name, String(group.runs), cell({ ...group, count: group.runs }), ...joined(group)])];
  const head = ['', 'difference', 'p (Holm)', 'significant', 'effect d', 'P(first better)', 'Wilcoxon p', 'pairs', 'pairs needed'];
  const rows = pairs.map((pair) => [
    `${pair.first} − ${pair.second}`, cell({ ...pair, count: pair.pairs }), probability(pair.adjusted), pair.significant ? 'yes' : 'no', number(pair.effect),
    probability(pair.better), probability(pair.wilcoxon), String(pair.pairs), pair.significant ? '' : String(pair.needed ?? '–'),
  ]);
  return [means, pairs.length > 0 ? [head, ...rows] : []];
}

const writers: Readonly<Record<ComparisonFormat, (comparison: LossComparison) => string>> = {
  table: (comparison) => [...tables(comparison).filter(({ length }) => length > 0).map((rows) => alignedRows(rows).join('\n')), comparison.notes.join('\n')].join('\n\n'),
  markdown: (comparison) => [...tables(comparison).filter(({ length }) => length > 0).map(markdown), comparison.notes.map((note) => `- ${note}`).join('\n')].join('\n\n'),
  latex,
  csv,
  json: (comparison) => JSON.stringify({ version: 1, ...comparison }, (_, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? null : value), 2),
};

/** A comparison in one of the formats, without a line end. */
export function writeComparison(comparison: LossComparison, format: ComparisonFormat): string {
  return writers[format](comparison);
}

function markdown(rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(rows[0]!), line(rows[0]!.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.slice(1).map(line)].join('\n');
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}', '−': '$-$', '±': '$\\pm$', '·': '$\\cdot$' };
const tex = (text: string): string => text.replace(/[\\~^−±·]|[&%$#_{}]/g, (sign) => escapes[sign] ?? `\\${sign}`);

/** Means alone, bold where a group is significantly better than every other; the tests stand in a comment's place below. */
function latex(comparison: LossComparison): string {
  const { metric, groups, notes, folds, seeds } = comparison;
  const isJoined = groups.some(({ concatenated }) => concatenated);
  const rows = groups.map((group) => {
    const mean = tex(cell({ ...group, count: group.runs }));
    const joined = isJoined ? ` & ${group.concatenated ? tex(cell(group.concatenated)) : '--'}` : '';
    return `${tex(group.name)} & ${group.best ? `\\textbf{${mean}}` : mean}${joined} \\\\`;
  });
  const what = `mean $\\pm$ 95\\,\\% interval over ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}${folds > 0 ? ` and ${folds} folds` : ''}; bold: better than every other, p < 0.05 after Holm's correction`;
  return [`\\begin{tabular}{${isJoined ? 'lrr' : 'lr'}}`, '\\toprule', ` & ${tex(metric)}${isJoined ? ' & concatenated' : ''} \\\\`, '\\midrule', ...rows, '\\bottomrule', '\\end{tabular}', `% ${what}`, ...notes.map((note) => `% ${note}`)].join('\n');
}

function csv({ metric, groups, pairs }: LossComparison): string {
  const mean = (name: string): number => groups.find((group) => group.name === name)!.mean;
  const columns = ['metric', 'first', 'second', 'pairs', 'mean first', 'mean second', 'difference', 'low', 'high', 't', 'p', 'p Holm', 'significant', 'p Wilcoxon', 'effect d', 'probability first better', 'pairs needed'];
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  const rows = pairs.map((pair) => [
    metric, pair.first, pair.second, pair.pairs,
    ...[mean(pair.first), mean(pair.second), pair.mean, pair.mean - pair.halfWidth, pair.mean + pair.halfWidth, pair.t, pair.p, pair.adjusted].map(finite),
    String(pair.significant), ...[pair.wilcoxon, pair.effect, pair.better].map(finite), pair.needed ?? null,
  ]);
  return csvText({ columns, rows }).trimEnd();
}
