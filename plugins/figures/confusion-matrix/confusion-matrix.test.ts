import { describe, expect, it } from 'vitest';
import { panelOf, splitOf } from '#test/panel-of';
import type { FigureDrawing } from 'ablate-ml';
import { confusionMatrix } from './confusion-matrix.ts';

const rows = [
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
  [0, 0],
];
const split = splitOf(rows, [0, 0, 1, 1, 2], { predictions: Int32Array.of(0, 1, 1, 1, 2) });

describe('confusion-matrix', () => {
  it('counts own class by predicted class', async () => {
    const drawing = (await confusionMatrix({ width: 300, most: 10, columns: 3 }).draw([
      panelOf({ split }),
    ])) as FigureDrawing;
    expect(drawing.table.rows).toEqual([
      ['softmax', 'a', 'a', 1, 0.5],
      ['softmax', 'a', 'b', 1, 0.5],
      ['softmax', 'b', 'b', 2, 1],
      ['softmax', 'c', 'c', 1, 1],
    ]);
  });

  it('draws the classes that are confused most, and says so', async () => {
    const drawing = (await confusionMatrix({ width: 300, most: 2, columns: 3 }).draw([
      panelOf({ split }),
    ])) as FigureDrawing;
    expect(new Set(drawing.table.rows.map(([, own]) => own))).toEqual(new Set(['a', 'b']));
    expect(drawing.description).toContain('confused most');
  });

  it('has rows and columns for the classes that have an image or are predicted alone', async () => {
    const disjoint = splitOf(rows, [2, 2, 2, 2, 2], { predictions: Int32Array.of(0, 0, 0, 0, 0) });
    const { vega, description } = (await confusionMatrix({ width: 300, most: 2, columns: 3 }).draw([
      panelOf({ split: disjoint }),
    ])) as FigureDrawing;
    expect(vega['marks']).toMatchObject([{ scales: [{ domain: ['a', 'c'] }, { domain: ['a', 'c'] }] }]);
    expect(description).not.toContain('confused most');
  });

  it('has nothing to draw without predictions', async () => {
    expect(
      await confusionMatrix({ width: 300, most: 2, columns: 3 }).draw([
        panelOf({ split: splitOf(rows, [0, 0, 0, 0, 0]) }),
      ]),
    ).toBeUndefined();
  });
});
