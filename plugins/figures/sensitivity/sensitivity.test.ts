import { describe, expect, it } from 'vitest';
import { panelOf } from '#test/panel-of';
import type { FigureDrawing } from 'ablate-ml';
import { sensitivity } from './sensitivity.ts';

const run = (lambda: number, seed: number, accuracy: number, losses = 'center') =>
  panelOf({ seed, point: { 'losses.1.center.lambda': lambda, seed, losses }, results: { metrics: { accuracy } } });
const figure = sensitivity({ width: 300, metrics: null, path: null });

describe('sensitivity', () => {
  it('draws the mean over seeds at each value, in order', async () => {
    const [drawing] = (await figure.draw([
      run(0.1, 1, 0.5),
      run(0.1, 2, 0.7),
      run(0, 1, 0.2),
      run(0, 2, 0.4),
      run(0.01, 1, 0.9),
      run(0.01, 2, 0.9),
    ])) as FigureDrawing[];
    expect(drawing!.name).toBe('sensitivity-lambda-accuracy');
    const rows = drawing!.table.rows.map((row) =>
      row.map((value) => (typeof value === 'number' ? Number(value.toFixed(9)) : value)),
    );
    expect(rows).toEqual([
      ['losses center', 0, 0.3, 0.2, 0.4],
      ['losses center', 0.01, 0.9, 0.9, 0.9],
      ['losses center', 0.1, 0.6, 0.5, 0.7],
    ]);
  });

  it('draws a line for each other choice', async () => {
    const [drawing] = (await figure.draw(
      [1, 2, 3].flatMap((value) => [run(value, 1, value / 10), run(value, 1, value / 20, 'ring')]),
    )) as FigureDrawing[];
    expect(new Set(drawing!.table.rows.map(([line]) => line))).toEqual(new Set(['losses center', 'losses ring']));
  });

  it('has nothing to draw with fewer than three values, or for words', async () => {
    expect(await figure.draw([run(1, 1, 0.1), run(2, 1, 0.2)])).toEqual([]);
  });
});
