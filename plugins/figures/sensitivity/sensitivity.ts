import { z, type Figure, type FigureDrawing, type FigurePanel } from 'ablate-ml';
import {
  bandWords,
  columnWidth,
  figureWidth,
  lineChart,
  meanLine,
  meanLineCount,
  nameList,
  type Line,
} from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(columnWidth),
  metrics: z.array(z.string()).nullable().default(null).describe('Which; null for the first three.'),
  path: z
    .string()
    .nullable()
    .default(null)
    .describe('Path of the matrix: `losses.1.center.lambda`; null for every numeric one with three values or more.'),
});

/** Choices of the figure. */
export type SensitivityOptions = z.output<typeof options>;

const fewest = 3;

const valuesOf = (panels: readonly FigurePanel[], path: string): number[] =>
  [...new Set(panels.map(({ point }) => point[path]))]
    .filter((value) => typeof value === 'number')
    .sort((one, other) => one - other);

const isFold = (path: string): boolean => path.endsWith('.split.fold');

/** What a panel's other choices are, without seed, fold and the axis itself. */
function rest({ point }: FigurePanel, path: string): string {
  const others = Object.entries(point).filter(([name]) => name !== path && name !== 'seed' && !isFold(name));
  return (
    others
      .map(
        ([name, value]) =>
          `${name.split('.').at(-1)} ${typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value)}`,
      )
      .join(' · ') || 'all runs'
  );
}

/**
 * Draws final metrics against one numeric axis of the matrix; a line for each choice of the others, the mean over seeds
 * with its interval.
 */
export function sensitivity({ width, metrics, path }: SensitivityOptions): Figure {
  return {
    async draw(panels) {
      const paths = path
        ? [path]
        : [...new Set(panels.flatMap(({ point }) => Object.keys(point)))].filter(
            (name) => name !== 'seed' && !isFold(name) && valuesOf(panels, name).length >= fewest,
          );
      const known = [...new Set(panels.flatMap(({ results }) => Object.keys(results.metrics)))];
      // What the test found, before what validation did.
      const wanted =
        metrics ??
        [...known.filter((name) => !name.includes('/')), ...known.filter((name) => name.includes('/'))].slice(
          0,
          fewest,
        );
      return paths.flatMap((axis) => wanted.flatMap((metric) => chartOf(panels, axis, metric, width)));
    },
  };
}

function chartOf(panels: readonly FigurePanel[], path: string, metric: string, width: number): FigureDrawing[] {
  const xs = valuesOf(panels, path);
  const positive = xs.filter((value) => value > 0);
  const spread = positive.length > 0 && positive.at(-1)! / positive[0]! >= 30;
  // On a logarithmic axis zero has no place, and λ = 0 is what everything is compared with: then the values stand at
  // equal distances.
  const named = spread && xs[0]! <= 0;
  const place = (value: number): number => (named ? xs.indexOf(value) : value);
  const lines = new Map<string, { x: number; y: number }[][]>();
  const runs = new Map<string, FigurePanel[]>();
  for (const panel of panels) {
    const [x, y] = [panel.point[path], panel.results.metrics[metric]];
    if (typeof x !== 'number' || y === undefined) continue;
    const name = rest(panel, path);
    runs.set(name, [...(runs.get(name) ?? []), panel]);
    const bySeed = lines.get(name) ?? [];
    const free = bySeed.find((line) => line.every((point) => point.x !== place(x)));
    if (free) free.push({ x: place(x), y });
    else bySeed.push([{ x: place(x), y }]);
    lines.set(name, bySeed);
  }
  const drawn: Line[] = [...lines].map(([group, bySeed]) => ({
    group,
    points: meanLine(bySeed, runs.get(group)).sort((one, other) => one.x - other.x),
  }));
  if (drawn.every(({ points }) => points.length < 2)) return [];
  const short = path.split('.').at(-1)!;
  const symbol =
    (
      { lambda: 'λ', alpha: 'α', m: 'margin m', s: 'scale s', margin: 'margin', scale: 'scale' } as Record<
        string,
        string
      >
    )[short] ?? short;
  return [
    {
      name: `sensitivity-${short}-${metric.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()}`,
      title: `${metric} by ${symbol}`,
      description: `${metric} against ${path} from ${xs[0]} to ${xs.at(-1)}; ${drawn.length > 1 ? `lines: ${nameList(drawn.map(({ group }) => group))}; ` : ''}means over ${meanLineCount(runs.values())}; band: 95 % interval of three runs or more, range of two.`,
      vega: lineChart({
        lines: drawn,
        width,
        dots: true,
        x: { title: symbol, ...(named ? { names: xs.map(String) } : spread && { type: 'log' as const }) },
        y: { title: metric },
        band: bandWords,
      }),
      table: {
        columns: ['runs', path, metric, 'low', 'high'],
        rows: drawn.flatMap(({ group, points }) =>
          points.map(({ x, y, low, high }) => [group, named ? xs[x]! : x, y, low ?? null, high ?? null]),
        ),
      },
    },
  ];
}
