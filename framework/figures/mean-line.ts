import { intervalOfMean } from '../statistics/interval-of-mean.ts';
import type { LinePoint } from './line-chart.ts';

/** With fewer seeds Student's interval is so wide that it would hide the figure. */
const fewest = 3;

/** What the band of a mean line is, in words. */
export const bandWords = 'band (95 % interval of three seeds or more, range of two)';

/**
 * Lines of several seeds as their mean at each x that all of them have: from three on with Student's 95 % interval, two with their range. One line stays as
 * it is.
 */
export function meanLine(lines: readonly (readonly LinePoint[])[]): LinePoint[] {
  if (lines.length === 1) return [...lines[0]!];
  const byX = new Map<number, number[]>();
  for (const line of lines) for (const { x, y } of line) byX.set(x, [...(byX.get(x) ?? []), y]);
  return [...byX].filter(([, values]) => values.length === lines.length).sort(([one], [other]) => one - other).map(([x, values]) => {
    const { mean, halfWidth } = intervalOfMean(values);
    return values.length < fewest ? { x, y: mean, low: Math.min(...values), high: Math.max(...values) } : { x, y: mean, low: mean - halfWidth, high: mean + halfWidth };
  });
}

/** The value of a curve at each of `xs`, straight between its points; the curve's x must not fall. */
export function sampleCurve({ x, y }: { readonly x: readonly number[]; readonly y: readonly number[] }, xs: readonly number[]): LinePoint[] {
  let place = 0;
  return xs.flatMap((at) => {
    while (place + 1 < x.length && x[place + 1]! <= at) place++;
    if (at < x[0]! || (place === x.length - 1 && at > x[place]!)) return [];
    const next = Math.min(place + 1, x.length - 1);
    const span = x[next]! - x[place]!;
    return [{ x: at, y: span > 0 ? y[place]! + ((at - x[place]!) / span) * (y[next]! - y[place]!) : y[place]! }];
  });
}
