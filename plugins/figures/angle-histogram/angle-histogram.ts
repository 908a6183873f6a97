import { z, type BaseContext, type Figure } from 'ablate-ml';
import { figureWidth, firstOfGroups, nameList, pageWidth, panelGrid } from 'ablate-ml/figures';
import { anglesOfPairs, anglesOfSplit, type PairAngles } from './pair-angles.ts';

export const options = z.strictObject({
  width: figureWidth(pageWidth),
  pairs: z
    .int()
    .min(10)
    .default(20_000)
    .describe("Most pairs of each kind; drawn by the run's seed where the data set has no pairs of its own."),
  bins: z.int().min(4).max(360).default(60).describe('Bins from 0° to 180°.'),
  columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
});

/** Choices of the figure. */
export type AngleHistogramOptions = z.output<typeof options>;

const kinds = ['same class', 'different classes'] as const;
const colors = ['#0072b2', '#d55e00'];
const half = 180;

interface Bar {
  readonly kind: string;
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

function bars({ positive, negative }: PairAngles, bins: number): Bar[] {
  return [positive, negative].flatMap((angles, index) => {
    const counts = new Float64Array(bins);
    for (const angle of angles) counts[Math.min(bins - 1, Math.floor((angle / half) * bins))]!++;
    return Array.from(counts, (count, bin) => ({
      kind: kinds[index]!,
      from: (bin * half) / bins,
      to: ((bin + 1) * half) / bins,
      share: count / Math.max(1, angles.length),
    })).filter(({ share }) => share > 0);
  });
}

/** Draws the shares of pairs by the angle of their embeddings, a panel a run. */
export function angleHistogram(
  { width, pairs, bins, columns }: AngleHistogramOptions,
  { streams }: BaseContext,
): Figure {
  return {
    async draw(panels) {
      const drawn: { title: string; group: string; bars: Bar[]; role: string }[] = [];
      for (const { title, group, input } of firstOfGroups(panels)) {
        const found = await input();
        const given = await found?.pairs();
        const split = given ? undefined : ((await found?.split(found.role)) ?? (await found?.split('probe')));
        const angles = given ? anglesOfPairs(given) : split && anglesOfSplit(split, pairs, streams.stream('pairs'));
        if (angles) drawn.push({ title, group, bars: bars(angles, bins), role: split?.role ?? 'pairs' });
      }
      if (drawn.length === 0) return undefined;
      const most = Math.max(...drawn.flatMap(({ bars: all }) => all.map(({ share }) => share)));
      const axes = [
        {
          scale: 'x',
          orient: 'bottom',
          title: 'angle (degrees)',
          values: [0, 30, 60, 90, 120, 150, 180],
          domain: false,
          grid: true,
        },
        { scale: 'y', orient: 'left', title: 'share of pairs', format: '.0%', tickCount: 4, domain: false, grid: true },
      ];
      return {
        name: 'angle-histogram',
        title: 'Angles of pairs',
        description: `Share of pairs by the angle between their embeddings, pairs of the same class and of different classes apart, by run: ${nameList(drawn.map(({ title }) => title))}. The less they overlap, the better.`,
        vega: panelGrid(
          {
            width,
            columns,
            margin: 54,
            aspect: 0.7,
            gap: 60,
            panels: drawn.map(({ title, group, bars: all }) => ({
              title,
              group,
              content: {
                data: [
                  {
                    name: 'bars',
                    values: all.map((bar) => ({
                      ...bar,
                      about: {
                        pairs: bar.kind,
                        angle: `${Math.round(bar.from)}° to ${Math.round(bar.to)}°`,
                        share: `${(100 * bar.share).toPrecision(3)} %`,
                      },
                    })),
                  },
                ],
                scales: [
                  { name: 'x', domain: [0, half], range: 'width' },
                  { name: 'y', domain: [0, most], nice: true, range: 'height' },
                ],
                axes,
                marks: [
                  {
                    type: 'rect',
                    from: { data: 'bars' },
                    encode: {
                      update: {
                        x: { scale: 'x', field: 'from' },
                        x2: { scale: 'x', field: 'to' },
                        y: { scale: 'y', field: 'share' },
                        y2: { scale: 'y', value: 0 },
                        fill: { scale: 'kind', field: 'kind' },
                        fillOpacity: { value: 0.6 },
                        tooltip: { field: 'about' },
                      },
                    },
                  },
                ],
              },
            })),
          },
          {
            scales: [{ name: 'kind', type: 'ordinal', domain: kinds, range: colors }],
            legends: [{ fill: 'kind', orient: 'bottom', direction: 'horizontal', symbolType: 'square' }],
          },
        ),
        table: {
          columns: ['run', 'pairs', 'from', 'to', 'share'],
          rows: drawn.flatMap(({ title, bars: all }) =>
            all.map(({ kind, from, to, share }) => [title, kind, from, to, share]),
          ),
        },
      };
    },
  };
}
