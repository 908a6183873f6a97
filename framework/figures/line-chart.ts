import { groupColors, groupDashes, mutedInk } from './figure-theme.ts';

/** A point of a line; `low` and `high` bound its band. */
export interface LinePoint {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

/** One line of a chart. */
export interface Line {
  /** What the legend calls it. */
  readonly group: string;
  readonly points: readonly LinePoint[];
}

/** An axis of a line chart. */
export interface ChartAxis {
  readonly title: string;
  /** Linear unless said; a logarithmic axis leaves out what is not positive. */
  readonly type?: 'linear' | 'log' | 'point';
  readonly domain?: readonly [number, number];
  /** Whether the axis begins at zero; false unless said. */
  readonly zero?: boolean;
  /** d3-format of its labels. */
  readonly format?: string;
  /** Whole numbers alone, as for epochs. */
  readonly whole?: boolean;
  /** Text of each position instead of a number, by value. */
  readonly names?: readonly string[];
}

/** What a line chart shows. */
export interface LineChart {
  readonly lines: readonly Line[];
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  /** Of the whole figure, in pixels. */
  readonly width: number;
  /** Of the whole figure; 0.72 of the width unless said. */
  readonly height?: number;
  /** Steps instead of straight lines. */
  readonly steps?: boolean;
  /** Draws each point; by default where a line has at most twelve. */
  readonly dots?: boolean;
  /** A line of no run: chance, a goal. */
  readonly reference?: readonly (readonly [x: number, y: number])[];
  /** What the band means, for the tooltip: `95 % interval`. */
  readonly band?: string;
}

const shown = 12;

function scaleOf(
  name: 'x' | 'y',
  { type = 'linear', domain, zero = false, names }: ChartAxis,
  fields: readonly string[],
): Record<string, unknown> {
  const range = name === 'x' ? 'width' : 'height';
  if (names) return { name, type: 'point', padding: 0.3, range, domain: names.map((_, index) => index) };
  return {
    name,
    type: type === 'log' ? 'log' : 'linear',
    range,
    nice: !domain && type !== 'log',
    zero: type === 'log' ? false : zero,
    domain: domain ?? { fields: fields.map((field) => ({ data: 'points', field })) },
  };
}

function axisOf(scale: 'x' | 'y', axis: ChartAxis, width: number): Record<string, unknown> {
  const text = axis.names && {
    encode: { labels: { update: { text: { signal: `${JSON.stringify(axis.names)}[datum.value]` } } } },
  };
  const tickCount = scale === 'x' ? Math.max(3, Math.min(8, Math.round(width / 60))) : 5;
  // Minor lines of a logarithmic axis would be darker than what is drawn.
  const powers = Array.from({ length: 25 }, (_, index) => Number(`1e${index - 12}`));
  return {
    scale,
    orient: scale === 'x' ? 'bottom' : 'left',
    title: axis.title,
    grid: true,
    domain: false,
    labelOverlap: true,
    tickCount,
    ...(axis.whole && { tickMinStep: 1, format: 'd' }),
    ...(axis.type === 'log' && { format: '~g', values: powers }),
    ...(axis.format && { format: axis.format }),
    ...text,
  };
}

/**
 * Draws lines of several runs as a Vega specification: color-blind safe, dashes where colors begin again, bands, a
 * legend below, targets for a page to show the values of. The width is that of the whole figure, so that it fits a
 * paper's column as it is.
 */
export function lineChart({
  lines,
  x,
  y,
  width,
  height = Math.round(0.72 * width),
  steps = false,
  dots,
  reference,
  band = 'interval',
}: LineChart): Readonly<Record<string, unknown>> {
  const usable = ({ x: at, y: value }: LinePoint): boolean =>
    Number.isFinite(at) && Number.isFinite(value) && (x.type !== 'log' || at > 0) && (y.type !== 'log' || value > 0);
  const groups = lines.map(({ group }) => group);
  const name = (at: number): string | number => (x.names ? x.names[at]! : Number(at.toPrecision(5)));
  // A share cannot leave 0 to 1, though the interval of a mean may.
  const share = lines.every(({ points }) => points.every(({ y: value }) => value >= 0 && value <= 1));
  const values = lines.flatMap(({ group, points }) =>
    points.filter(usable).map((point) => {
      const { low, high, ...rest } = point;
      const banded = low !== undefined && high !== undefined && Number.isFinite(low) && Number.isFinite(high);
      return {
        group,
        ...rest,
        ...(banded && {
          low: y.type === 'log' ? Math.max(low, point.y / 100) : share ? Math.max(0, low) : low,
          high: share ? Math.min(1, high) : high,
        }),
        about: {
          run: group,
          [x.title]: name(point.x),
          [y.title]: Number(point.y.toPrecision(5)),
          ...(banded && { [band]: `${Number(low.toPrecision(4))} to ${Number(high.toPrecision(4))}` }),
        },
      };
    }),
  );
  const hasBand = values.some(({ low }) => low !== undefined);
  const drawDots = dots ?? lines.every(({ points }) => points.length <= shown);
  const color = { scale: 'color', field: 'group' };
  const place = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
  const interpolate = { value: steps ? 'step-after' : 'linear' };
  const legendColumns = Math.max(
    1,
    Math.min(
      groups.length,
      Math.floor(width / Math.max(70, 34 + 5.2 * Math.max(...groups.map((group) => Math.min(group.length, 60)), 0))),
    ),
  );
  const inFacet = (marks: object[]): object => ({
    type: 'group',
    from: { facet: { data: 'points', name: 'line', groupby: 'group' } },
    marks,
  });
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    width,
    height,
    padding: 2,
    autosize: { type: 'fit', contains: 'padding' },
    data: [
      { name: 'points', values },
      ...(reference ? [{ name: 'reference', values: reference.map(([at, value]) => ({ x: at, y: value })) }] : []),
    ],
    scales: [
      scaleOf('x', x, ['x']),
      scaleOf('y', y, hasBand ? ['y', 'low', 'high'] : ['y']),
      {
        name: 'color',
        type: 'ordinal',
        domain: groups,
        range: groups.map((_, index) => groupColors[index % groupColors.length]),
      },
      {
        name: 'dash',
        type: 'ordinal',
        domain: groups,
        range: groups.map((_, index) => groupDashes[Math.floor(index / groupColors.length) % groupDashes.length]),
      },
    ],
    axes: [axisOf('x', x, width), axisOf('y', y, height)],
    ...(groups.length > 1 &&
      groups.length <= 24 && {
        legends: [
          {
            stroke: 'color',
            strokeDash: 'dash',
            symbolType: 'stroke',
            orient: 'bottom',
            direction: 'horizontal',
            columns: legendColumns,
            labelLimit: Math.floor(width / legendColumns) - 36,
          },
        ],
      }),
    marks: [
      ...(reference
        ? [
            {
              type: 'line',
              from: { data: 'reference' },
              encode: {
                update: {
                  ...place,
                  stroke: { value: mutedInk },
                  strokeWidth: { value: 0.8 },
                  strokeDash: { value: [2, 2] },
                },
              },
            },
          ]
        : []),
      ...(hasBand
        ? [
            inFacet([
              {
                type: 'area',
                from: { data: 'line' },
                encode: {
                  update: {
                    x: place.x,
                    y: { scale: 'y', field: 'low' },
                    y2: { scale: 'y', field: 'high' },
                    interpolate,
                    fill: color,
                    fillOpacity: { value: Math.min(0.16, 1 / groups.length) },
                    defined: { signal: 'isValid(datum.low)' },
                  },
                },
              },
            ]),
          ]
        : []),
      inFacet([
        {
          type: 'line',
          from: { data: 'line' },
          encode: {
            update: {
              ...place,
              interpolate,
              stroke: color,
              strokeWidth: { value: 1.5 },
              strokeDash: { scale: 'dash', field: 'group' },
              strokeJoin: { value: 'round' },
            },
          },
        },
      ]),
      ...(drawDots
        ? [
            {
              type: 'symbol',
              from: { data: 'points' },
              encode: { update: { ...place, size: { value: 16 }, fill: color, tooltip: { field: 'about' } } },
            },
          ]
        : []),
      {
        name: 'hover',
        type: 'symbol',
        from: { data: 'points' },
        encode: {
          update: {
            ...place,
            size: { value: 90 },
            fill: color,
            fillOpacity: { value: 0 },
            tooltip: { field: 'about' },
          },
          hover: { fillOpacity: { value: 0.5 } },
        },
      },
    ],
  };
}
