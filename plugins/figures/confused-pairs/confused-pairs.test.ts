import { describe, expect, it } from 'vitest';
import { panelOf, pictures, splitOf } from '#test/panel-of';
import type { FigureDrawing } from 'ablate-ml';
import { confusedPairs } from './confused-pairs.ts';

const at = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

describe('confused-pairs', () => {
  it('finds the most alike of two classes and the least alike of one', async () => {
    const split = splitOf([at(0), at(80), at(85), at(200)], [0, 0, 1, 1], { pictures });
    const [drawing] = (await confusedPairs({ width: 300, pairs: 1 }).draw([panelOf({ split })])) as FigureDrawing[];
    const rows = drawing!.table.rows.map((row) =>
      row.map((value) => (typeof value === 'number' ? Math.round(value) : value)),
    );
    expect(rows).toEqual([
      ['different classes, most alike', 1, 'a', 2, 'b', 5],
      ['same class, least alike', 2, 'b', 3, 'b', 115],
    ]);
  });

  it("looks at the data set's own pairs alone where there are some", async () => {
    const images = splitOf([at(0), at(10), at(50)], [0, 1, 1], { pictures });
    const pairs = {
      images,
      left: Int32Array.of(0, 1),
      right: Int32Array.of(2, 2),
      same: Uint8Array.of(0, 1),
      fold: Int32Array.of(0, 0),
    };
    const [drawing] = (await confusedPairs({ width: 300, pairs: 2 }).draw([panelOf({ pairs })])) as FigureDrawing[];
    expect(drawing!.table.rows.map((row) => [row[1], row[3], Math.round(row[5] as number)])).toEqual([
      [0, 2, 50],
      [1, 2, 40],
    ]);
  });

  it('has nothing to draw without pictures', async () => {
    expect(
      await confusedPairs({ width: 300, pairs: 1 }).draw([panelOf({ split: splitOf([at(0), at(1)], [0, 1]) })]),
    ).toEqual([]);
  });
});
