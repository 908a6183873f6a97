import { z, type CenterMovement, type Figure } from 'ablate-ml';
import {
  classColors,
  figureWidth,
  firstOfGroups,
  nameList,
  pageWidth,
  panelGrid,
  shortNames,
  thinnedRows,
} from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(pageWidth),
  frames: z.int().min(2).max(200).default(40).describe('Most frames of the animation; more epochs are thinned evenly.'),
});

/** Choices of the figure. */
export type CenterMovementOptions = z.output<typeof options>;

interface Stop {
  readonly class: string;
  readonly text: string;
  readonly epoch: number;
  readonly x: number;
  readonly y: number;
}

interface Trail {
  readonly title: string;
  readonly group: string;
  readonly classes: readonly string[];
  readonly stops: readonly Stop[];
  readonly epochs: readonly number[];
  readonly projected: boolean;
}

/** Centers in the plane: as they are, or by the first two principal directions of all that they passed. */
async function trailOf(title: string, group: string, movement: CenterMovement, frames: number): Promise<Trail> {
  const { dim, classes, classNames, epochs, centers } = movement;
  const rows = Array.from({ length: epochs.length * classes }, (_, row) => [
    ...centers.subarray(row * dim, (row + 1) * dim),
  ]);
  const places =
    dim === 2
      ? rows
      : new (await import('ml-pca')).PCA(rows, { method: rows.length < dim ? 'SVD' : 'covarianceMatrix' })
          .predict(rows, { nComponents: 2 })
          .to2DArray();
  const last = epochs.length - 1;
  const kept = [...new Set([...thinnedRows(last, frames - 1), last])];
  const texts = shortNames(classNames);
  return {
    title,
    group,
    classes: classNames,
    epochs: kept.map((frame) => epochs[frame]!),
    projected: dim !== 2,
    stops: kept.flatMap((frame) =>
      classNames.map((name, label) => ({
        class: name,
        text: texts[label]!,
        epoch: epochs[frame]!,
        x: Number(places[frame * classes + label]![0]!.toPrecision(4)),
        y: Number(places[frame * classes + label]![1]!.toPrecision(4)),
      })),
    ),
  };
}

/** Trails up to an epoch; the axes are those of the whole. */
function vegaOf(trails: readonly Trail[], width: number, until: number): Record<string, unknown> {
  const classes = classesOf(trails);
  return panelGrid(
    {
      width,
      columns: 3,
      margin: 34,
      gap: 34,
      panels: trails.map(({ title, group, stops, epochs, projected }) => {
        const end = epochs.filter((epoch) => epoch <= until).at(-1) ?? epochs[0]!;
        const extent = (of: (stop: Stop) => number): number[] => [
          Math.min(...stops.map(of)),
          Math.max(...stops.map(of)),
        ];
        const position = { x: { scale: 'x', field: 'x' }, y: { scale: 'y', field: 'y' } };
        const label = {
          ...position,
          dx: { value: 6 },
          dy: { value: -5 },
          text: { field: 'text' },
          fontSize: { value: 9 },
          fontWeight: { value: 'bold' },
          limit: { value: 70 },
        };
        const color = { scale: 'class', field: 'class' };
        const axis = (scale: string, orient: string): object => ({
          scale,
          orient,
          tickCount: 4,
          grid: true,
          domain: false,
          labels: !projected,
          ticks: !projected,
        });
        return {
          title: `${trails.length > 1 ? `${title}, ` : ''}epoch ${end}`,
          group,
          content: {
            data: [
              {
                name: 'stops',
                values: stops
                  .filter(({ epoch }) => epoch <= end)
                  .map((stop) => ({ ...stop, about: { center: stop.class, epoch: stop.epoch, x: stop.x, y: stop.y } })),
              },
              { name: 'now', source: 'stops', transform: [{ type: 'filter', expr: `datum.epoch === ${end}` }] },
            ],
            scales: [
              { name: 'x', domain: extent(({ x }) => x), nice: true, zero: false, padding: 10, range: 'width' },
              { name: 'y', domain: extent(({ y }) => y), nice: true, zero: false, padding: 10, range: 'height' },
            ],
            axes: [axis('x', 'bottom'), axis('y', 'left')],
            marks: [
              {
                type: 'group',
                from: { facet: { data: 'stops', name: 'trail', groupby: 'class' } },
                marks: [
                  {
                    type: 'line',
                    from: { data: 'trail' },
                    encode: {
                      update: {
                        ...position,
                        stroke: color,
                        strokeWidth: { value: 1.2 },
                        strokeOpacity: { value: 0.6 },
                        strokeJoin: { value: 'round' },
                      },
                    },
                  },
                ],
              },
              {
                type: 'symbol',
                from: { data: 'stops' },
                encode: { update: { ...position, size: { value: 7 }, fill: color, tooltip: { field: 'about' } } },
              },
              {
                type: 'symbol',
                interactive: false,
                from: { data: 'now' },
                encode: {
                  update: {
                    ...position,
                    size: { value: 46 },
                    fill: color,
                    stroke: { value: '#fffffe' },
                    strokeWidth: { value: 1 },
                  },
                },
              },
              {
                type: 'text',
                interactive: false,
                from: { data: 'now' },
                encode: { update: { ...label, stroke: { value: '#fffffe' }, strokeWidth: { value: 2.5 } } },
              },
              {
                type: 'text',
                interactive: false,
                from: { data: 'now' },
                encode: { update: { ...label, fill: { value: '#000001' } } },
              },
            ],
          },
        };
      }),
    },
    { scales: [{ name: 'class', type: 'ordinal', domain: classes, range: classColors(classes.length) }] },
  );
}

/** The classes of all trails. */
const classesOf = (trails: readonly Trail[]): string[] => [...new Set(trails.flatMap(({ classes }) => classes))];

/** Draws where the centers of a loss were, from the beginning to the end: trails, and an animation of them. */
export function centerMovement({ width, frames }: CenterMovementOptions): Figure {
  return {
    async draw(panels) {
      const trails: Trail[] = [];
      for (const { title, group, movement } of firstOfGroups(panels.filter(({ movement: kept }) => kept))) {
        const found = await movement!();
        if (found && found.epochs.length > 1) trails.push(await trailOf(title, group, found, frames));
      }
      if (trails.length === 0) return undefined;
      const epochs = [...new Set(trails.flatMap((trail) => trail.epochs))].sort((one, other) => one - other);
      return {
        name: 'center-movement',
        title: 'Movement of the centers',
        description: `Where the centers of ${classesOf(trails).length} classes stood from epoch ${epochs[0]} to epoch ${epochs.at(-1)}${trails[0]!.projected ? ', by their two principal directions' : ''}, by run: ${nameList(trails.map(({ title }) => title))}. The large dots are the last.`,
        vega: vegaOf(trails, width, Infinity),
        frames: epochs.map((epoch) => vegaOf(trails, width, epoch)),
        table: {
          columns: ['run', 'class', 'epoch', 'x', 'y'],
          rows: trails.flatMap(({ title, stops }) =>
            stops.map((stop) => [title, stop.class, stop.epoch, stop.x, stop.y]),
          ),
        },
      };
    },
  };
}
