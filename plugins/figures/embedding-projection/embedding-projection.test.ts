import { describe, expect, it } from 'vitest';
import { panelOf, pictures, splitOf } from '#test/panel-of';
import { RandomStreams, type FigureDrawing } from 'ablate-ml';
import { embeddingProjection } from './embedding-projection.ts';

const options = {
  width: 300,
  points: 100,
  neighbors: 5,
  minDistance: 0.1,
  distance: 'euclidean',
  columns: 3,
} as const;
const draw = async (method: 'pca' | 'umap', rows: number[][], labels: number[]) =>
  (await embeddingProjection({ ...options, method }, { streams: new RandomStreams(1) }).draw([
    panelOf({ split: splitOf(rows, labels, { pictures }) }),
  ])) as FigureDrawing;
const places = ({ table }: FigureDrawing) => table.rows.map((row) => [row[2] as number, row[3] as number]);

describe('embedding-projection', () => {
  it('gives the two directions of largest variance, worked by hand: 3 along z, 1 along x, none along y', async () => {
    const drawing = await draw(
      'pca',
      [
        [1, 7, 0],
        [-1, 7, 0],
        [0, 7, 3],
        [0, 7, -3],
      ],
      [0, 0, 1, 1],
    );
    expect(places(drawing).map((place) => place.map((value) => Number(value.toFixed(4)) + 0))).toEqual([
      [0, 1],
      [0, -1],
      [3, 0],
      [-3, 0],
    ]);
    expect((drawing.vega['marks'] as { name: string }[])[0]!.name).toBe('panel:softmax');
    expect(drawing.table.rows[0]![0]).toBe('softmax (90 % + 10 %)');
  });

  it('links points to the images of the whole split', async () => {
    const drawing = (await embeddingProjection(
      { ...options, method: 'pca', points: 3 },
      { streams: new RandomStreams(1) },
    ).draw([
      panelOf({
        split: splitOf(
          Array.from({ length: 6 }, (_, row) => [row, row * row, 1]),
          [0, 0, 0, 1, 1, 1],
          { pictures },
        ),
      }),
    ])) as FigureDrawing;
    expect(
      (drawing.vega['marks'] as { data: { values: { image: string }[] }[] }[])[0]!.data[0]!.values.map(
        ({ image }) => image,
      ),
    ).toEqual(['key/0', 'key/2', 'key/4']);
  });

  it('keeps two clusters apart by UMAP, the same for the same seed', async () => {
    const noise = (row: number, column: number) => Math.sin(12.9898 * row + 78.233 * column);
    const rows = Array.from({ length: 40 }, (_, row) =>
      Array.from({ length: 5 }, (_column, column) => noise(row, column) + (row < 20 ? 0 : 50)),
    );
    const labels = rows.map((_, row) => Number(row >= 20));
    const [first, again] = [places(await draw('umap', rows, labels)), places(await draw('umap', rows, labels))];
    expect(again).toEqual(first);
    const distance = ([x, y]: number[], [u, v]: number[]) => Math.hypot(x! - u!, y! - v!);
    const right = first.filter((place, row) => {
      const nearest = first
        .map((other, index) => [index === row ? Infinity : distance(place, other), index] as const)
        .sort(([one], [other]) => one - other)[0]![1];
      return labels[nearest] === labels[row];
    });
    expect(right).toHaveLength(40);
  });

  it('names in legend and caption only the classes that have a point, as class-disjoint data has them', async () => {
    const split = splitOf(
      [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      [3, 4, 4],
      { classNames: ['trained 0', 'trained 1', 'trained 2', 'new 3', 'new 4'] },
    );
    for (const method of ['pca', 'umap'] as const) {
      const { vega, description } = (await embeddingProjection(
        { ...options, method },
        { streams: new RandomStreams(1) },
      ).draw([panelOf({ split })])) as FigureDrawing;
      expect(vega['scales']).toMatchObject([{ name: 'class', domain: ['new 3', 'new 4'] }]);
      expect(description).toContain('Embeddings of 2 classes');
    }
  });

  it('has nothing to draw for two dimensions', async () =>
    expect(
      await draw(
        'pca',
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        [0, 1, 1],
      ),
    ).toBeUndefined());
});
