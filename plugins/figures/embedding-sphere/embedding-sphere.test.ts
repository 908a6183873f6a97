import { describe, expect, it } from 'vitest';
import { panelOf, splitOf } from '../../../test/figures/panel-of.ts';
import type { FigureDrawing } from 'ablate-ml';
import { embeddingSphere } from './embedding-sphere.ts';

const figure = embeddingSphere({ width: 300, points: 10, yaw: 0, pitch: 0, columns: 3 });

describe('embedding-sphere', () => {
  it('draws embeddings divided by their norms', async () => {
    const drawing = (await figure.draw([panelOf({ split: splitOf([[3, 0, 4], [0, 5, 0]], [0, 1]) })])) as FigureDrawing;
    expect(drawing.table.rows.map((row) => row.map((value) => (typeof value === 'number' ? Number(value.toFixed(6)) : value)))).toEqual([['softmax', 'a', 0.6, 0, 0.8], ['softmax', 'b', 0, 1, 0]]);
  });

  it('sees from the front what lies there: x to the right, z up, y towards the reader', async () => {
    const { parse, View } = await import('vega');
    const drawing = (await figure.draw([panelOf({ split: splitOf([[3, 0, 4], [0, 5, 0]], [0, 1]) })])) as FigureDrawing;
    const [panel] = drawing.vega['marks'] as { data: { name: string; values: object[]; transform: object[] }[] }[];
    const points = panel!.data.find(({ name }) => name === 'points')!;
    const view = await new View(parse({ signals: drawing.vega['signals'], data: [points] } as never), { renderer: 'none' }).runAsync();
    expect(view.data('points').map(({ px, py, depth }: Record<string, number>) => [px, py, depth].map((value) => Number(value!.toFixed(6)) + 0))).toEqual([[0.6, 0.8, 0], [0, 0, 1]]);
    view.finalize();
  });

  it('has nothing to draw for other dimensions', async () => expect(await figure.draw([panelOf({ split: splitOf([[1, 0]], [0]) })])).toBeUndefined());
});
