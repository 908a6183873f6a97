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
} from 'ablate-ml/figures';

export const options = z.strictObject({
  width: figureWidth(pageWidth),
  points: z.int().min(1).default(1500).describe('Most points a panel; more are thinned evenly.'),
  columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
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

/** Draws 2-D embeddings of several runs, and optionally of several roles, side by side, each on its own scale. */
export function embeddingScatter({ width, points, columns, roles }: EmbeddingScatterOptions): Figure {
  return {
    async draw(panels) {
      const drawn: Drawn[] = [];
      for (const { title, group, input } of firstOfGroups(panels)) {
        const found = await input();
        for (const role of roles) {
          const split = await found?.split(role);
          if (split?.dim === 2)
            drawn.push({
              title: roles.length > 1 ? `${title}, ${role}` : title,
              group,
              split,
              centers: [...found!.centers.values()][0],
            });
        }
      }
      if (drawn.length === 0) return undefined;
      const made = drawn.map(({ title, group, split, centers }) => {
        const known = centers && centers.length === 2 * split.classNames.length ? centers : classMeans(split);
        return {
          title,
          group,
          classNames: split.classNames,
          ...scatterPanel({ split, places: split.embeddings, centers: known, points, numbers: true }),
        };
      });
      const classes = drawnClasses(
        made.map(({ classNames, rows }) => ({ classNames, drawn: rows.map(([name]) => name) })),
      );
      const grid = { panels: made, width, columns, margin, legend: classes.length <= 20 ? legend : 0 };
      return {
        name: 'embedding-scatter',
        title: 'Embeddings',
        description: `Two-dimensional embeddings of ${roles.join(' and ')} images of ${classes.length} classes, by run: ${nameList(drawn.map(({ title }) => title))}, each on its own scale. White dots are class centers.`,
        vega: panelGrid(grid, classLegend(classes)),
        table: {
          columns: ['run', 'class', 'x', 'y'],
          rows: made.flatMap(({ title, rows }) => rows.map((row) => [title, ...row])),
        },
      };
    },
  };
}
