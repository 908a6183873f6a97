import type { EmbeddedSplit, Figure, FigureDrawing, FigurePanel } from 'ablate-ml';
import { classMeans } from './class-means.ts';
import { shortNames } from './short-names.ts';

/** Choices of the figure. */
export interface EmbeddingScatterOptions {
  /** Most points a panel. */
  readonly points: number;
  /** Side of a panel in pixels. */
  readonly size: number;
}

interface Mark {
  readonly x: number;
  readonly y: number;
  readonly class: string;
  /** What stands beside it. */
  readonly text?: string;
}

/** Paul Tol's "muted" scheme and a grey: ten colours that stay apart with any colour vision. */
const palette = ['#332288', '#88ccee', '#44aa99', '#117733', '#999933', '#ddcc77', '#cc6677', '#882255', '#aa4499', '#888888'];
const columns = 3;
const gap = 56;

/** 2-D embeddings of several runs side by side, each on its own scale. */
export class EmbeddingScatter implements Figure {
  readonly #options: EmbeddingScatterOptions;

  constructor(options: EmbeddingScatterOptions) {
    this.#options = options;
  }

  /** {@inheritDoc Figure.draw} */
  async draw(panels: readonly FigurePanel[]): Promise<FigureDrawing | undefined> {
    const drawn = [];
    for (const { title, input } of panels) {
      const split = await input.split(input.role);
      if (split?.dim === 2) drawn.push({ title, split, centers: [...input.centers.values()][0] });
    }
    if (drawn.length === 0) return undefined;
    const { size } = this.#options;
    const classes = drawn[0]!.split.classNames;
    const across = Math.min(columns, drawn.length);
    return {
      name: 'embedding-scatter',
      description: `Two-dimensional embeddings of ${drawn[0]!.split.role} images of ${classes.length} classes, by run: ${drawn.map(({ title }) => title).join('; ')}. White dots are class centres.`,
      vega: {
        $schema: 'https://vega.github.io/schema/vega/v6.json',
        background: 'white',
        padding: { left: 8, right: 8, bottom: 8, top: 26 },
        layout: { columns: across, padding: { column: gap, row: gap }, bounds: 'flush', align: 'each' },
        scales: [{ name: 'color', type: 'ordinal', domain: classes, range: classes.length <= palette.length ? palette.slice(0, classes.length) : { scheme: 'sinebow', count: classes.length } }],
        ...(classes.length <= 20 && { legends: [{ fill: 'color', symbolType: 'circle', title: 'class', orient: 'right' }] }),
        marks: drawn.map(({ title, split, centers }) => panel(title, this.#points(split), centerMarks(split, centers), size)),
      },
    };
  }

  #points({ embeddings, labels, classNames }: EmbeddedSplit): Mark[] {
    const stride = Math.max(1, labels.length / this.#options.points);
    const kept = Math.min(labels.length, this.#options.points);
    return Array.from({ length: kept }, (_, position) => {
      const row = Math.floor(position * stride);
      return { x: embeddings[2 * row]!, y: embeddings[2 * row + 1]!, class: classNames[labels[row]!] ?? 'none' };
    });
  }
}

function centerMarks(split: EmbeddedSplit, centers: Float32Array | undefined): Mark[] {
  const rows = centers ?? classMeans(split);
  const texts = shortNames(split.classNames);
  return split.classNames.map((name, index) => ({ x: rows[2 * index]!, y: rows[2 * index + 1]!, class: name, text: texts[index]! })).filter(({ x }) => !Number.isNaN(x));
}

function panel(title: string, points: Mark[], centers: Mark[], size: number): Record<string, unknown> {
  const axis = (scale: string, orient: string): Record<string, unknown> => ({ scale, orient, tickCount: 5, grid: true, gridOpacity: 0.3, domain: false });
  const position = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
  const linear = (name: string, range: string): Record<string, unknown> => ({ name, type: 'linear', nice: true, zero: false, domain: { fields: [{ data: 'points', field: name }, { data: 'centers', field: name }] }, range });
  const label = { ...position, text: { field: 'text' }, dx: { value: 7 }, dy: { value: -6 }, fontSize: { value: 11 }, fontWeight: { value: 'bold' }, limit: { value: 90 } };
  return {
    type: 'group',
    encode: { update: { width: { value: size }, height: { value: size } } },
    signals: [{ name: 'width', value: size }, { name: 'height', value: size }],
    data: [{ name: 'points', values: points }, { name: 'centers', values: centers }],
    scales: [linear('x', 'width'), linear('y', 'height')],
    axes: [axis('x', 'bottom'), axis('y', 'left')],
    marks: [
      // A mark, not the group's title: its place must not depend on the axes' labels, or titles of a row would not align.
      { type: 'text', encode: { update: { x: { value: size / 2 }, y: { value: -14 }, align: { value: 'center' }, text: { value: title }, fontSize: { value: 13 }, fontWeight: { value: 'bold' }, limit: { value: size + gap / 2 } } } },
      { type: 'symbol', from: { data: 'points' }, encode: { update: { ...position, size: { value: 8 }, opacity: { value: 0.7 }, fill: { scale: 'color', field: 'class' } } } },
      { type: 'symbol', from: { data: 'centers' }, encode: { update: { ...position, size: { value: 60 }, fill: { value: 'white' }, stroke: { value: 'black' }, strokeWidth: { value: 1.5 } } } },
      { type: 'text', from: { data: 'centers' }, encode: { update: { ...label, stroke: { value: 'white' }, strokeWidth: { value: 3 } } } },
      { type: 'text', from: { data: 'centers' }, encode: { update: label } },
    ],
  };
}
