import type { FigurePanel } from '../contracts/figure.ts';
import { countRuns, countWords, overlapAmong } from './group-mean.ts';
import { intervalOfMean } from '../math/statistics/interval-of-mean.ts';
import type { LinePoint } from './line-chart.ts';

/** With fewer runs Student's interval is so wide that it would hide the figure. */
const fewest = 3;

/** What the band of a mean line is, in words. */
export const bandWords = 'band (95 % interval of three runs or more, range of two)';

/** Says what a mean line is of, in words: `3 seeds`, `2 seeds × 3 folds`; of several groups the largest. */
export function meanLineCount(groups: Iterable<readonly Pick<FigurePanel, 'seed' | 'fold'>[]>): string {
  const counts = [...groups].map(countRuns).sort((one, other) => other.runs - one.runs);
  return counts[0] ? countWords(counts[0]) : '';
}

/**
 * Averages the lines of several runs at each x that all of them have: from three on with Student's 95 % interval, two
 * with their range. One line stays as it is.
 *
 * @param runs whose lines they are: where they are of folds that share training data, the interval is widened for that,
 * as in every table
 */
export function meanLine(
  lines: readonly (readonly LinePoint[])[],
  runs: readonly Pick<FigurePanel, 'fold'>[] = [],
): LinePoint[] {
  if (lines.length === 1) return [...lines[0]!];
  const overlap = overlapAmong(runs);
  const byX = new Map<number, number[]>();
  for (const line of lines) for (const { x, y } of line) byX.set(x, [...(byX.get(x) ?? []), y]);
  return [...byX]
    .filter(([, values]) => values.length === lines.length)
    .sort(([one], [other]) => one - other)
    .map(([x, values]) => {
      const { mean, halfWidth } = intervalOfMean(values, overlap);
      return values.length < fewest
        ? { x, y: mean, low: Math.min(...values), high: Math.max(...values) }
        : { x, y: mean, low: mean - halfWidth, high: mean + halfWidth };
    });
}

/** Computes the value of a curve at each of `xs`, straight between its points; the curve's x must not fall. */
export function sampleCurve(
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
  xs: readonly number[],
): LinePoint[] {
  let place = 0;
  return xs.flatMap((at) => {
    while (place + 1 < x.length && x[place + 1]! <= at) place++;
    if (at < x[0]! || (place === x.length - 1 && at > x[place]!)) return [];
    const next = Math.min(place + 1, x.length - 1);
    const span = x[next]! - x[place]!;
    return [{ x: at, y: span > 0 ? y[place]! + ((at - x[place]!) / span) * (y[next]! - y[place]!) : y[place]! }];
  });
}
