import { z, type Curve, type Figure, type FigureDrawing } from 'ablate-ml';
import {
  bandWords,
  columnWidth,
  figureWidth,
  lineChart,
  meanLine,
  nameList,
  panelsByGroup,
  sampleCurve,
  type Line,
} from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(columnWidth),
  scale: z
    .enum(['log', 'linear'])
    .default('log')
    .describe('Axis of the false accept rate in the ROC; the DET has both logarithmic.'),
});

/** Choices of the figure. */
export type RocDetOptions = z.output<typeof options>;

const curveName = 'verification-roc';
const sampled = 120;

/** False accept rates at which curves of several seeds are averaged: evenly on the axis that is drawn. */
function ratesOf(curves: readonly Curve[], scale: RocDetOptions['scale']): number[] {
  const smallest = Math.max(...curves.map(({ x }) => x.find((far) => far > 0) ?? 1));
  const span = Array.from({ length: sampled + 1 }, (_, index) => index / sampled);
  return scale === 'log' ? span.map((share) => smallest ** (1 - share)) : span;
}

/** Draws the ROC, and the DET with both axes logarithmic; seeds are averaged at equal false accept rates. */
export function rocDet({ width, scale }: RocDetOptions): Figure {
  return {
    async draw(panels) {
      const linesBy = (kind: RocDetOptions['scale'], value: (tar: number) => number): Line[] =>
        [...panelsByGroup(panels)].flatMap(([group, runs]) => {
          const curves = runs.flatMap(({ results }) => results.curves?.[curveName] ?? []);
          if (curves.length === 0) return [];
          const rates = ratesOf(curves, kind);
          const points = meanLine(
            curves.map((curve) => sampleCurve(curve, rates).map(({ x, y }) => ({ x, y: value(y) }))),
            runs,
          );
          return [
            {
              group,
              points: points.map((point) =>
                point.low === undefined
                  ? point
                  : { ...point, low: Math.max(0, point.low), high: Math.min(1, point.high!) },
              ),
            },
          ];
        });
      const roc = linesBy(scale, (tar) => tar);
      if (roc.length === 0) return undefined;
      const det = linesBy('log', (tar) => 1 - tar).map(({ group, points }) => ({
        group,
        points: points.filter(({ y }) => y > 0),
      }));
      const named = nameList(roc.map(({ group }) => group));
      const from = Math.min(...roc.flatMap(({ points }) => points.map(({ x }) => x)).filter((x) => x > 0), 1);
      const chance =
        scale === 'log'
          ? Array.from({ length: 41 }, (_, index) => from ** (1 - index / 40)).map((x) => [x, x] as const)
          : [[0, 0] as const, [1, 1] as const];
      const far = 'false accept rate';
      const rows = (lines: readonly Line[]): FigureDrawing['table']['rows'] =>
        lines.flatMap(({ group, points }) => points.map(({ x, y }) => [group, x, y]));
      return [
        {
          name: 'roc',
          title: 'ROC',
          description: `Receiver operating characteristic of verification, true against false accept rate, of: ${named}. The dotted line is chance.`,
          vega: lineChart({
            lines: roc,
            width,
            dots: false,
            reference: chance,
            x: { title: far, type: scale, ...(scale === 'linear' && { domain: [0, 1] as const }) },
            y: { title: 'true accept rate', domain: [0, 1] },
            band: bandWords,
          }),
          table: { columns: ['run', far, 'true accept rate'], rows: rows(roc) },
        },
        ...(det.some(({ points }) => points.length > 1)
          ? [
              {
                name: 'det',
                title: 'DET',
                description: `Detection error trade-off of verification, false reject against false accept rate, both logarithmic, of: ${named}.`,
                vega: lineChart({
                  lines: det.map(({ group, points }) => ({ group, points: points.map(({ x, y }) => ({ x, y })) })),
                  width,
                  dots: false,
                  x: { title: far, type: 'log' },
                  y: { title: 'false reject rate', type: 'log' },
                }),
                table: { columns: ['run', far, 'false reject rate'], rows: rows(det) },
              },
            ]
          : []),
      ];
    },
  };
}
