import { describe, expect, it } from 'vitest';
import { panelOf } from '#test/panel-of';
import type { FigureDrawing } from 'ablate-ml';
import { rocDet } from './roc-det.ts';

const results = (y: number[]) => ({
  metrics: {},
  curves: { 'verification-roc': { x: [0, 0.01, 0.1, 1], y, xLabel: '', yLabel: '' } },
});

describe('roc-det', () => {
  it('draws the curve and one minus it', async () => {
    const [roc, det] = (await rocDet({ width: 300, scale: 'log' }).draw([
      panelOf({ results: results([0, 0.5, 0.75, 1]) }),
    ])) as FigureDrawing[];
    expect(roc!.table.rows[0]).toEqual(['softmax', 0.01, 0.5]);
    expect(roc!.table.rows.at(-1)).toEqual(['softmax', 1, 1]);
    const middle = det!.table.rows.find(([, far]) => Math.abs((far as number) - 0.1) < 1e-9)!;
    expect(middle[2]).toBeCloseTo(0.25, 9);
    // The last point has no misses, which a logarithmic axis cannot show.
    expect(det!.table.rows.every(([, , misses]) => (misses as number) > 0)).toBe(true);
  });

  it('averages seeds at equal false accept rates', async () => {
    const [roc] = (await rocDet({ width: 300, scale: 'linear' }).draw([
      panelOf({ results: results([0, 0.4, 0.6, 1]) }),
      panelOf({ results: results([0, 0.6, 0.8, 1]) }),
    ])) as FigureDrawing[];
    const at = (far: number) => roc!.table.rows.find(([, x]) => Math.abs((x as number) - far) < 1e-9)![2];
    expect(at(0.1)).toBeCloseTo(0.7, 9);
    expect(at(0.55)).toBeCloseTo(0.85, 9);
  });

  it('has nothing to draw without verification', async () => {
    expect(await rocDet({ width: 300, scale: 'log' }).draw([panelOf({})])).toBeUndefined();
  });
});
