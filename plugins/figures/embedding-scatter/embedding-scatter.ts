import { z, type EmbeddedSplit, type Figure } from 'ablate-ml';
import {
  classLegend,
  classMeans,
  drawnClasses,
  figureWidth,
  firstOfGroups,
  nameList,
  pageWidth,
  panelGrid,
  scatterPanel,
  squareFrame,
} from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(pageWidth),
  points: z.int().min(1).default(1500).describe('Most points a panel; more are thinned evenly.'),
  columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
  scale: z
    .enum(['own', 'shared', 'center-distance'])
    .default('own')
    .describe(
      'Axes of the panels: each its own, one for all, or one for all in units of the mean distance between the class centers of the run, so that what differs is how compact the classes are for their distance.',
    ),
  roles: z
    .array(z.enum(['train', 'test', 'validation', 'gallery', 'probe', 'pairs']))
    .min(1)
    .default(['test'])
    .describe('Which images; several stand beside one another, as train beside test.'),
});

/** Choices of the figure. */
export type EmbeddingScatterOptions = z.output<typeof options>;

interface Drawn {
  readonly title: string;
  readonly group: string;
  readonly split: EmbeddedSplit;
  readonly centers: Float32Array | undefined;
}

const [margin, legend] = [36, 66];

const notes = {
  own: 'Each panel is on its own scale.',
  shared: 'All panels are on one scale.',
  'center-distance': 'All panels are on one scale, in mean distances between class centers.',
};

/** Computes the mean distance between any two centers, row-major `[classes, 2]`, of those that there are; NaN for fewer than two. */
function centerDistance(centers: Float32Array): number {
  const rows: [number, number][] = [];
  for (let at = 0; at < centers.length; at += 2)
    if (Number.isFinite(centers[at])) rows.push([centers[at]!, centers[at + 1]!]);
  let sum = 0;
  for (const [row, [x, y]] of rows.entries()) for (const [u, v] of rows.slice(0, row)) sum += Math.hypot(x - u, y - v);
  return sum / ((rows.length * (rows.length - 1)) / 2);
}

/** Draws 2-D embeddings of several runs, and optionally of several roles, side by side. */
export function embeddingScatter({ width, points, columns, scale, roles }: EmbeddingScatterOptions): Figure {
  return {
    async draw(panels) {
      const drawn: Drawn[] = [];
      for (const { title, group, input } of firstOfGroups(panels)) {
        const found = await input();
        for (const role of roles) {
          const split = await found?.split(role);
          if (split?.dim === 2 && (scale !== 'center-distance' || centerDistance(classMeans(split)) > 0))
            drawn.push({
              title: roles.length > 1 ? `${title}, ${role}` : title,
              group,
              split,
              centers: [...found!.centers.values()][0],
            });
        }
      }
      if (drawn.length === 0) return undefined;
      const placed = drawn.map(({ split, centers, ...panel }) => {
        const means = classMeans(split);
        const known = centers && centers.length === 2 * split.classNames.length ? centers : means;
        const unit = scale === 'center-distance' ? centerDistance(means) : 1;
        const inUnits = (values: Float32Array): Float32Array => values.map((value) => value / unit);
        return { ...panel, split, places: inUnits(split.embeddings), centers: inUnits(known) };
      });
      const framed = placed.map(({ places, centers }) => [places, centers]);
      const shared = scale === 'own' ? undefined : squareFrame(framed.flat());
      const made = placed.map(({ title, group, split, places, centers }, index) => ({
        title,
        group,
        classNames: split.classNames,
        ...scatterPanel({
          split,
          places,
          centers,
          points,
          numbers: true,
          frame: shared ?? squareFrame(framed[index]!),
        }),
      }));
      const classes = drawnClasses(
        made.map(({ classNames, rows }) => ({ classNames, drawn: rows.map(([name]) => name) })),
      );
      const note = made.length > 1 ? notes[scale] : undefined;
      const grid = {
        panels: made,
        width,
        columns,
        margin,
        legend: classes.length <= 20 ? legend : 0,
        ...(note && { note }),
      };
      return {
        name: 'embedding-scatter',
        title: 'Embeddings',
        description: `Two-dimensional embeddings of ${roles.join(' and ')} images of ${classes.length} classes, by run: ${nameList(drawn.map(({ title }) => title))}. ${note ? `${note} ` : ''}White dots are class centers.`,
        vega: panelGrid(grid, classLegend(classes)),
        table: {
          columns: ['run', 'class', 'x', 'y'],
          rows: made.flatMap(({ title, rows }) => rows.map((row) => [title, ...row])),
        },
      };
    },
  };
}
