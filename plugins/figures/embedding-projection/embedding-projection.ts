import { z, type BaseContext, type EmbeddedSplit, type Figure } from 'ablate-ml';
import { unitRows } from 'ablate-ml/metrics';
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
  thinnedRows,
  type GridPanel,
} from 'ablate-ml/figures';
import { project } from './project.ts';

export const options = z.strictObject({
  width: figureWidth(pageWidth),
  method: z
    .enum(['pca', 'umap'])
    .default('pca')
    .describe('`pca`: the two directions of largest variance; `umap`: neighborhoods kept.'),
  points: z.int().min(3).default(1500).describe('Most points a panel; more are thinned evenly.'),
  neighbors: z.int().min(2).max(200).default(15).describe('UMAP: neighbors whose closeness is kept.'),
  minDistance: z.number().min(0).max(1).default(0.1).describe('UMAP: how close points may be packed.'),
  distance: z
    .enum(['cosine', 'euclidean'])
    .default('cosine')
    .describe('What is near: by angle (embeddings are divided by their norms) or as they are.'),
  columns: z.int().min(1).max(12).default(3).describe('Most panels in a row.'),
});

/** Choices of the figure. */
export type EmbeddingProjectionOptions = z.output<typeof options>;

const names = { pca: 'PCA', umap: 'UMAP' } as const;

/** The rows of a split that are projected, as a split of their own. */
function thinned(split: EmbeddedSplit, points: number): { split: EmbeddedSplit; rows: number[] } {
  const rows = thinnedRows(split.labels.length, points);
  const pictures = split.pictures;
  return {
    rows,
    split: {
      ...split,
      labels: Int32Array.from(rows, (row) => split.labels[row]!),
      ...(split.predictions && { predictions: Int32Array.from(rows, (row) => split.predictions![row]!) }),
      // Rows of the picture key are those of the whole split.
      ...(pictures && { pictures: undefined }),
    },
  };
}

/** Draws embeddings of any dimension above two, projected for each run on its own. */
export function embeddingProjection(
  { width, points, distance, columns, ...projection }: EmbeddingProjectionOptions,
  { streams }: BaseContext,
): Figure {
  return {
    async draw(panels) {
      const drawn: (GridPanel & { rows: [string, number, number][]; classNames: readonly string[] })[] = [];
      for (const { title, group, input } of firstOfGroups(panels)) {
        const found = await input();
        const whole =
          (await found?.split(found.role)) ?? (await found?.split('probe')) ?? (await found?.split('pairs'));
        if (!whole || whole.dim < 3 || whole.labels.length < 3) continue;
        const { split, rows } = thinned(whole, points);
        const values = distance === 'cosine' ? unitRows(whole.embeddings, whole.dim) : whole.embeddings;
        const { places, shares } = await project(
          rows.map((row) => [...values.subarray(row * whole.dim, (row + 1) * whole.dim)]),
          projection,
          streams.stream(`${projection.method}/${title}`),
        );
        const flat = { ...split, dim: 2, embeddings: places };
        const made = scatterPanel({ split: flat, places, centers: classMeans(flat), points, numbers: false });
        const [points2] = made.content['data'] as [{ values: { image?: string }[] }];
        if (whole.pictures)
          points2.values.forEach((value, index) => (value.image = `${whole.pictures!.key}/${rows[index]}`));
        drawn.push({
          title: shares ? `${title} (${shares.map((share) => `${Math.round(100 * share)} %`).join(' + ')})` : title,
          group,
          classNames: split.classNames,
          ...made,
        });
      }
      if (drawn.length === 0) return undefined;
      const classes = drawnClasses(
        drawn.map(({ classNames, rows }) => ({ classNames, drawn: rows.map(([name]) => name) })),
      );
      const method = names[projection.method];
      return {
        name: `embedding-${projection.method}`,
        title: `Embeddings by ${method}`,
        description: `Embeddings of ${classes.length} classes, projected to the plane by ${method}${projection.method === 'pca' ? ' (in brackets the shares of variance that the two directions have)' : ''}, by run: ${nameList(drawn.map(({ title }) => title))}.`,
        vega: panelGrid(
          { panels: drawn, width, columns, margin: 14, legend: classes.length <= 20 ? 66 : 0 },
          classLegend(classes),
        ),
        table: {
          columns: ['run', 'class', 'x', 'y'],
          rows: drawn.flatMap(({ title, rows }) => rows.map((row) => [title, ...row])),
        },
      };
    },
  };
}
