import { describe, expect, it } from 'vitest';
import { panelOf, splitOf } from '#test/panel-of';
import type { FigureDrawing } from 'ablate-ml';
import { embeddingSphere } from './embedding-sphere.ts';

const figure = embeddingSphere({ width: 300, points: 10, yaw: 0, pitch: 0, columns: 3, face: 'axes' });

describe('embedding-sphere', () => {
  it('draws embeddings divided by their norms', async () => {
    const drawing = (await figure.draw([
      panelOf({
        split: splitOf(
          [
            [3, 0, 4],
            [0, 5, 0],
          ],
          [0, 1],
        ),
      }),
    ])) as FigureDrawing;
    expect(
      drawing.table.rows.map((row) =>
        row.map((value) => (typeof value === 'number' ? Number(value.toFixed(6)) : value)),
      ),
    ).toEqual([
      ['softmax', 'a', 0.6, 0, 0.8],
      ['softmax', 'b', 0, 1, 0],
    ]);
  });

  it('sees from the front what lies there: x to the right, z up, y towards the reader', async () => {
    const { parse, View } = await import('vega');
    const drawing = (await figure.draw([
      panelOf({
        split: splitOf(
          [
            [3, 0, 4],
            [0, 5, 0],
          ],
          [0, 1],
        ),
      }),
    ])) as FigureDrawing;
    const [panel] = drawing.vega['marks'] as { data: { name: string; values: object[]; transform: object[] }[] }[];
    const points = panel!.data.find(({ name }) => name === 'points')!;
    const view = await new View(parse({ signals: drawing.vega['signals'], data: [points] } as never), {
      renderer: 'none',
    }).runAsync();
    expect(
      view
        .data('points')
        .map(({ px, py, depth }: Record<string, number>) =>
          [px, py, depth].map((value) => Number(value!.toFixed(6)) + 0),
        ),
    ).toEqual([
      [0.6, 0.8, 0],
      [0, 0, 1],
    ]);
    view.finalize();
  });

  it('turns the mean direction to the reader, and no angle with it', async () => {
    const turned = embeddingSphere({ width: 300, points: 10, yaw: 0, pitch: 0, columns: 3, face: 'mean' });
    for (const rows of [
      [
        [3, 0, 4],
        [0, 5, 0],
        [1, 1, 1],
      ],
      [
        [0, -1, 0],
        [0, -2, 0],
        [0, -3, 0],
      ],
    ]) {
      const drawing = (await turned.draw([panelOf({ split: splitOf(rows, [0, 1, 1]) })])) as FigureDrawing;
      const [panel] = drawing.vega['marks'] as {
        data: { name: string; values: { x: number; y: number; z: number }[] }[];
      }[];
      const places = panel!.data.find(({ name }) => name === 'points')!.values.map(({ x, y, z }) => [x, y, z]);
      const mean = [0, 1, 2].map((axis) => places.reduce((sum, place) => sum + place[axis]!, 0));
      expect(mean[1]! / Math.hypot(...mean)).toBeCloseTo(1, 3);
      const dot = (one: number[], other: number[]) => one.reduce((sum, value, axis) => sum + value * other[axis]!, 0);
      const unit = rows.map((row) => row.map((value) => value / Math.hypot(...row)));
      for (const [one, other] of [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const)
        expect(dot(places[one]!, places[other]!)).toBeCloseTo(dot(unit[one]!, unit[other]!), 3);
    }
  });

  it('names in legend and caption only the classes that have a point', async () => {
    const { vega, description } = (await figure.draw([
      panelOf({
        split: splitOf(
          [
            [3, 0, 4],
            [0, 5, 0],
          ],
          [2, 2],
        ),
      }),
    ])) as FigureDrawing;
    expect(vega['scales']).toMatchObject([{ name: 'class', domain: ['c'] }]);
    expect(description).toContain('of 1 classes');
  });

  it('has nothing to draw for other dimensions', async () =>
    expect(await figure.draw([panelOf({ split: splitOf([[1, 0]], [0]) })])).toBeUndefined());
});
