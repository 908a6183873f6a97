import type { EmbeddedSplit } from '../contracts/evaluator.ts';
import { drawnClasses } from './drawn-classes.ts';
import { classColors } from './figure-theme.ts';
import { shortNames } from './short-names.ts';
import { thinnedRows } from '../data/images/split-pictures.ts';

/** An image as a point of the plane. */
export interface ScatterPoint {
  readonly x: number;
  readonly y: number;
  readonly class: string;
  /** The image that a page shows. */
  readonly image?: string;
  /** Class that the head took it for, where that is another. */
  readonly predicted?: string;
}

interface Scatter {
  readonly split: EmbeddedSplit;
  /** Row-major `[images, 2]`. */
  readonly places: Float32Array;
  /** Row-major `[classes, 2]`, NaN for none; where their names stand. */
  readonly centers?: Float32Array;
  /** Most points. */
  readonly points: number;
  /** Whether axes have numbers; a projection's mean nothing. */
  readonly numbers: boolean;
  /** What the axes span; without it, what the points do. */
  readonly frame?: Frame;
}

/** A part of the plane: least and largest `x`, least and largest `y`. */
export interface Frame {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/**
 * Computes the smallest square, with a margin of 4 %, around all points of all `places` (row-major `[rows, 2]`; rows that
 * are not finite count for nothing): within it a circle of the embedding is drawn as a circle.
 */
export function squareFrame(places: readonly Float32Array[]): Frame {
  const least = [Infinity, Infinity];
  const most = [-Infinity, -Infinity];
  for (const values of places)
    for (let at = 0; at < values.length; at++) {
      const value = values[at]!;
      if (!Number.isFinite(value)) continue;
      least[at % 2] = Math.min(least[at % 2]!, value);
      most[at % 2] = Math.max(most[at % 2]!, value);
    }
  const half = 0.54 * Math.max(most[0]! - least[0]!, most[1]! - least[1]!) || 1;
  const around = (axis: 0 | 1): [number, number] => {
    const middle = (least[axis]! + most[axis]!) / 2;
    return Number.isFinite(middle) ? [middle - half, middle + half] : [-1, 1];
  };
  return { x: around(0), y: around(1) };
}

const marked = 40;

/**
 * Draws the points of one split, colored by class, with the class centers, as the content of a panel and the rows of
 * the figure's table.
 */
export function scatterPanel({ split, places, centers, points, numbers, frame }: Scatter): {
  content: Record<string, unknown>;
  rows: [label: string, x: number, y: number][];
} {
  const { labels, classNames, predictions, pictures } = split;
  const round = (value: number): number => Number(value.toPrecision(4));
  const values: ScatterPoint[] = thinnedRows(labels.length, points).map((row) => {
    const name = classNames[labels[row]!] ?? 'none';
    const [x, y] = [round(places[2 * row]!), round(places[2 * row + 1]!)];
    return {
      x,
      y,
      class: name,
      ...(predictions && predictions[row] !== labels[row] && { predicted: classNames[predictions[row]!] ?? 'none' }),
      ...(pictures && { image: `${pictures.key}/${row}` }),
    };
  });
  const drawn = drawnClasses([{ classNames, drawn: values.map(({ class: name }) => name) }]);
  const texts = shortNames(drawn);
  const named =
    centers && drawn.length <= marked
      ? drawn
          .map((name, index) => {
            const label = classNames.indexOf(name);
            const [x, y] = [round(centers[2 * label]!), round(centers[2 * label + 1]!)];
            return { x, y, class: name, text: texts[index]!, about: { center: name, x, y } };
          })
          .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
      : [];
  const position = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
  const linear = (name: 'x' | 'y', range: string): object => ({
    name,
    type: 'linear',
    zero: false,
    ...(frame
      ? { domain: frame[name] }
      : { padding: 4, domain: { fields: ['points', 'centers'].map((data) => ({ data, field: name })) } }),
    range,
  });
  const axis = (scale: string, orient: string): object => ({
    scale,
    orient,
    tickCount: 4,
    grid: true,
    domain: false,
    ticks: numbers,
    labels: numbers,
  });
  const label = {
    ...position,
    text: { field: 'text' },
    dx: { value: 6 },
    dy: { value: -5 },
    fontSize: { value: 9 },
    fontWeight: { value: 'bold' },
    limit: { value: 80 },
  };
  return {
    content: {
      data: [
        { name: 'points', values },
        { name: 'centers', values: named },
      ],
      scales: [linear('x', 'width'), linear('y', 'height')],
      axes: [axis('x', 'bottom'), axis('y', 'left')],
      marks: [
        {
          type: 'symbol',
          clip: true,
          from: { data: 'points' },
          encode: {
            update: {
              ...position,
              size: { value: 6 },
              opacity: { value: 0.7 },
              fill: { scale: 'class', field: 'class' },
              tooltip: {
                signal:
                  "datum.predicted ? {'class': datum.class, 'predicted as': datum.predicted, x: datum.x, y: datum.y} : {'class': datum.class, x: datum.x, y: datum.y}",
              },
            },
          },
        },
        {
          type: 'symbol',
          from: { data: 'centers' },
          encode: {
            update: {
              ...position,
              size: { value: 40 },
              fill: { value: '#fffffe' },
              stroke: { value: '#000001' },
              strokeWidth: { value: 1.2 },
              tooltip: { field: 'about' },
            },
          },
        },
        {
          type: 'text',
          interactive: false,
          from: { data: 'centers' },
          encode: { update: { ...label, stroke: { value: '#fffffe' }, strokeWidth: { value: 2.5 } } },
        },
        {
          type: 'text',
          interactive: false,
          from: { data: 'centers' },
          encode: { update: { ...label, fill: { value: '#000001' } } },
        },
      ],
    },
    rows: values.map(({ x, y, class: name }) => [name, x, y]),
  };
}

/**
 * Makes scale and legend of the classes of scatter panels. A legend of more than twenty would be taller than the
 * picture.
 */
export function classLegend(classes: readonly string[]): { scales: object[]; legends?: object[] } {
  const texts = shortNames(classes);
  return {
    scales: [{ name: 'class', type: 'ordinal', domain: classes, range: classColors(classes.length) }],
    ...(classes.length <= 20 && {
      legends: [
        {
          fill: 'class',
          symbolType: 'circle',
          symbolSize: 30,
          title: 'class',
          orient: 'right',
          labelLimit: 90,
          encode: {
            labels: {
              update: {
                text: {
                  signal: `${JSON.stringify(Object.fromEntries(classes.map((name, index) => [name, texts[index]])))}[datum.value]`,
                },
              },
            },
          },
        },
      ],
    }),
  };
}
