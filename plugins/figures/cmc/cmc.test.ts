import { describe, expect, it } from 'vitest';
import { panelOf } from '#test/panel-of';
import type { FigureDrawing } from 'ablate-ml';
import { cmc } from './cmc.ts';

const curve = (x: number[], y: number[]) => ({ x, y, xLabel: '', yLabel: '' });
const figure = cmc({ width: 300, ranks: 3 });

describe('cmc', () => {
  it('goes on at the rate where a curve ended, and averages seeds', async () => {
    const panels = [curve([1, 2], [0.5, 1]), curve([1, 2, 3, 4], [0.25, 0.5, 0.75, 1])].map((found) =>
      panelOf({ results: { metrics: {}, curves: { cmc: found } } }),
    );
    const [drawing] = (await figure.draw(panels)) as FigureDrawing[];
    expect(drawing!.table.rows).toEqual([
      ['softmax', 1, 0.375],
      ['softmax', 2, 0.75],
      ['softmax', 3, 0.875],
    ]);
  });

  it('counts one distractor more where the axis is logarithmic, and none where it is not', async () => {
    const of = async (x: number[]) =>
      (
        (await figure.draw([
          panelOf({ results: { metrics: {}, curves: { 'rank-1-by-distractors': curve(x, [1, 0.9, 0.8]) } } }),
        ])) as FigureDrawing[]
      )[0]!.table;
    expect((await of([0, 10, 100])).rows.map(([, distractors]) => distractors)).toEqual([1, 11, 101]);
    expect((await of([0, 5, 10])).rows.map(([, distractors]) => distractors)).toEqual([0, 5, 10]);
  });

  it('has nothing to draw without identification', async () => expect(await figure.draw([panelOf({})])).toEqual([]));
});
