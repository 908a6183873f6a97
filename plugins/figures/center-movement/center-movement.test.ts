import { describe, expect, it } from 'vitest';
import { panelOf } from '#test/panel-of';
import type { FigureDrawing } from 'ablate-ml';
import { centerMovement } from './center-movement.ts';

const figure = centerMovement({ width: 300, frames: 3 });
const movement = (dim: number, frames: number[][]) => async () => ({
  epochs: frames.map((_, index) => index),
  classes: frames[0]!.length / dim,
  dim,
  classNames: ['a', 'b'].slice(0, frames[0]!.length / dim),
  centers: Float32Array.from(frames.flat()),
});

describe('center-movement', () => {
  it('follows each center, a frame an epoch, and the last is kept where they are thinned', async () => {
    const drawing = (await figure.draw([
      panelOf({
        movement: movement(2, [
          [0, 0, 1, 1],
          [0, 2, 1, 3],
          [0, 4, 1, 5],
          [0, 6, 1, 7],
          [0, 8, 1, 9],
        ]),
      }),
    ])) as FigureDrawing;
    expect(drawing.table.rows).toEqual([
      ['softmax', 'a', 0, 0, 0],
      ['softmax', 'b', 0, 1, 1],
      ['softmax', 'a', 2, 0, 4],
      ['softmax', 'b', 2, 1, 5],
      ['softmax', 'a', 4, 0, 8],
      ['softmax', 'b', 4, 1, 9],
    ]);
    expect(drawing.frames).toHaveLength(3);
  });

  it('projects more than two dimensions to those along which centers moved', async () => {
    const drawing = (await figure.draw([
      panelOf({
        movement: movement(3, [
          [0, 0, 0],
          [0, 0, 2],
          [0, 0, 4],
        ]),
      }),
    ])) as FigureDrawing;
    const xs = drawing.table.rows.map((row) => row[3] as number);
    expect(Math.abs(xs[2]! - xs[0]!)).toBeCloseTo(4, 3);
  });

  it('has nothing to draw where nothing was noted', async () =>
    expect(await figure.draw([panelOf({}), panelOf({ movement: async () => undefined })])).toBeUndefined());
});
