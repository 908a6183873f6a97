import { describe, expect, it } from 'vitest';
import { panelOf } from '#test/panel-of';
import { learningCurves } from './learning-curves.ts';
import type { FigureDrawing } from 'ablate-ml';

const history = (...losses: number[]) =>
  losses.map((loss, index) => ({
    epoch: index + 1,
    step: index + 1,
    metrics: { loss, 'validation/accuracy': loss / 10 },
  }));
const figure = learningCurves({ width: 300, metrics: null, logLoss: false });

describe('learning-curves', () => {
  it("draws the mean over three seeds with Student's interval: t(0.975, 2) = 4.3027, s = 1, half-width 2.484", async () => {
    const [loss] = (await figure.draw(
      [1, 2, 3].map((seed) => panelOf({ seed, history: history(seed, 5) })),
    )) as FigureDrawing[];
    expect(loss!.name).toBe('learning-curve-loss');
    const [run, epoch, mean, low, high] = loss!.table.rows[0]!;
    expect([run, epoch, mean]).toEqual(['softmax', 1, 2]);
    expect(low).toBeCloseTo(2 - 4.302653 / Math.sqrt(3), 5);
    expect(high).toBeCloseTo(2 + 4.302653 / Math.sqrt(3), 5);
    expect(loss!.table.rows[1]).toEqual(['softmax', 2, 5, 5, 5]);
  });

  it('draws two seeds with their range, and a line a group', async () => {
    const drawings = (await figure.draw([
      panelOf({ history: history(4, 2) }),
      panelOf({ history: history(2, 1) }),
      panelOf({ group: 'center', history: history(9, 8) }),
    ])) as FigureDrawing[];
    expect(drawings.map(({ name }) => name)).toEqual(['learning-curve-loss', 'learning-curve-validation-accuracy']);
    expect(drawings[0]!.table.rows).toEqual([
      ['softmax', 1, 3, 2, 4],
      ['softmax', 2, 1.5, 1, 2],
      ['center', 1, 9, null, null],
      ['center', 2, 8, null, null],
    ]);
  });

  it('widens the band of folds, which share training data, and says how many seeds and folds there are', async () => {
    const panels = [1, 2].flatMap((seed) =>
      [0, 1, 2].map((index) => panelOf({ seed, fold: { index, of: 3 }, history: history(seed + index, 5) })),
    );
    const [loss] = (await figure.draw(panels)) as FigureDrawing[];
    // 1, 2, 3, 2, 3, 4: mean 2.5, s² = 5.5 / 5, variance (1/6 + 1/2) s², t(0.975, 5) = 2.570582.
    expect(Number(loss!.table.rows[0]![4])).toBeCloseTo(2.5 + 2.570582 * Math.sqrt((2 / 3) * 1.1), 5);
    expect(loss!.description).toContain('mean over up to 2 seeds × 3 folds');
  });

  it('keeps to epochs that all seeds have, and draws nothing of fewer than two', async () => {
    const [loss] = (await figure.draw([
      panelOf({ history: history(4, 2, 7) }),
      panelOf({ history: history(2, 1) }),
    ])) as FigureDrawing[];
    expect(loss!.table.rows).toHaveLength(2);
    expect(await figure.draw([panelOf({ history: history(1) })])).toEqual([]);
  });
});
