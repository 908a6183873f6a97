import { z, type Figure, type FigureDrawing, type FigurePanel } from 'ablate-ml';
import {
  bandWords,
  columnWidth,
  figureWidth,
  lineChart,
  meanLine,
  nameList,
  panelsByGroup,
  type Line,
} from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(columnWidth),
  ranks: z.int().min(2).default(50).describe('Longest rank that is drawn.'),
});

/** Choices of the figure. */
export type CmcOptions = z.output<typeof options>;

const rate = 'identification rate';

function linesOf(panels: readonly FigurePanel[], curve: string, keep: (x: number) => boolean, shift = 0): Line[] {
  return [...panelsByGroup(panels)].flatMap(([group, runs]) => {
    const curves = runs.flatMap(({ results }) => results.curves?.[curve] ?? []);
    if (curves.length === 0) return [];
    const longest = Math.max(...curves.map(({ x }) => x.length));
    // A CMC ends at the rank where all are found; beyond it stays there.
    const points = curves.map(({ x, y }) =>
      Array.from({ length: curve === 'cmc' ? longest : x.length }, (_, index) => ({
        x: (x[index] ?? index + 1) + shift,
        y: y[index] ?? y.at(-1)!,
      })).filter((point) => keep(point.x)),
    );
    return [
      {
        group,
        points: meanLine(points, runs).map((point) =>
          point.high === undefined ? point : { ...point, low: Math.max(0, point.low!), high: Math.min(1, point.high) },
        ),
      },
    ];
  });
}

/** Draws the curves of the evaluator `identification`. */
export function cmc({ width, ranks }: CmcOptions): Figure {
  return {
    async draw(panels) {
      const drawings: FigureDrawing[] = [];
      const add = (name: string, title: string, lines: Line[], axis: 'rank' | 'distractors'): void => {
        if (lines.every(({ points }) => points.length < 2)) return;
        const all = lines.flatMap(({ points }) => points);
        const wide = axis === 'distractors' && Math.max(...all.map(({ x }) => x)) >= 100;
        drawings.push({
          name,
          title,
          description: `${title} of: ${nameList(lines.map(({ group }) => group))}.`,
          vega: lineChart({
            lines,
            width,
            x: {
              title: wide ? 'distractors + 1' : axis,
              whole: axis === 'rank',
              ...(wide && { type: 'log' as const }),
            },
            y: {
              title: axis === 'rank' ? rate : `rank-1 ${rate}`,
              domain: [Math.min(0.9, Math.floor(Math.min(...all.map(({ low, y }) => low ?? y)) * 10) / 10), 1],
            },
            band: bandWords,
          }),
          table: {
            columns: ['run', wide ? 'distractors + 1' : axis, rate],
            rows: lines.flatMap(({ group, points }) => points.map(({ x, y }) => [group, x, y])),
          },
        });
      };
      add(
        'cmc',
        'Cumulative match characteristic',
        linesOf(panels, 'cmc', (rank) => rank <= ranks),
        'rank',
      );
      const distractors = panels.flatMap(({ results }) => results.curves?.['rank-1-by-distractors']?.x ?? []);
      add(
        'rank-1-by-distractors',
        'Rank-1 identification by the number of distractors',
        linesOf(panels, 'rank-1-by-distractors', () => true, Math.max(0, ...distractors) >= 100 ? 1 : 0),
        'distractors',
      );
      return drawings;
    },
  };
}
