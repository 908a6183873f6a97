import type { ComparedMetric } from '../../runs/reproduction/compare-metrics.ts';
import type { Difference } from '../../experiment/spec/difference.ts';
import type { ReproductionReport } from '../../runs/reproduction/reproduction-report.ts';
import { alignedRows } from '../../base/system/aligned-rows.ts';

const most = 40;
const number = (value: number | null): string => (value === null ? '–' : String(Number(value.toPrecision(7))));

/** Lists what differs, a line each with its area; the first forty. */
export function differenceLines(differences: readonly Difference[]): string {
  const rows = differences
    .slice(0, most)
    .map(({ area, name, before, after }) => [`  ${area}`, name, `${before ?? 'none'} → ${after ?? 'none'}`]);
  const more = differences.length > most ? [`  and ${differences.length - most} more`] : [];
  return [...(rows.length > 0 ? alignedRows(rows) : []), ...more].join('\n');
}

/** Sets the final metrics of two runs side by side, under the runs' headings. */
export function metricTable(metrics: readonly ComparedMetric[], headings: readonly [string, string]): string {
  const rows = metrics.map(({ name, before, after, noise, verdict }) => [
    name,
    number(before),
    number(after),
    before === null || after === null ? '–' : number(after - before),
    `±${number(noise.amount)}${noise.seeds > 0 ? ` (${noise.seeds} seeds)` : ' (tolerance)'}`,
    verdict,
  ]);
  return alignedRows([['metric', ...headings, 'difference', 'seed noise', ''], ...rows]).join('\n');
}

/** Says how far two histories agree, in a line. */
export function historyLine({ same, first, sameWeights }: NonNullable<ReproductionReport['history']>): string {
  const weights =
    sameWeights === null
      ? ''
      : sameWeights
        ? '; the last checkpoints are the same bytes'
        : '; the last checkpoints differ';
  if (!first) return `All ${same} records of steps, epochs and evaluations are the same to the bit${weights}.`;
  const until =
    same === 0
      ? 'The histories differ from the beginning'
      : `The first ${same} records of steps, epochs and evaluations are the same to the bit; then`;
  return `${until}: step ${first.step}, ${first.name}, ${first.before} → ${first.after}${weights}.`;
}
