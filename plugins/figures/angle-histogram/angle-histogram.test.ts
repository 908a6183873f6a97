import { describe, expect, it } from 'vitest';
import { panelOf, splitOf } from '#test/panel-of';
import { RandomStreams, type FigureDrawing } from 'ablate-ml';
import { angleHistogram } from './angle-histogram.ts';

const figure = angleHistogram({ width: 300, pairs: 50, bins: 6, columns: 3 }, { streams: new RandomStreams(1) });

describe('angle-histogram', () => {
  it('counts angles: 10° within a class, 100° and 90° between', async () => {
    const at = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const split = splitOf([at(0), at(10), at(100)], [0, 0, 1]);
    const drawing = (await figure.draw([panelOf({ split })])) as FigureDrawing;
    expect(drawing.table.rows).toEqual([
      ['softmax', 'same class', 0, 30, 1],
      ['softmax', 'different classes', 90, 120, 1],
    ]);
  });

  it("takes the data set's own pairs where there are some", async () => {
    const images = splitOf(
      [
        [1, 0],
        [0, 2],
        [-3, 0],
      ],
      [0, 1, 0],
    );
    const pairs = {
      images,
      left: Int32Array.of(0, 0),
      right: Int32Array.of(1, 2),
      same: Uint8Array.of(0, 1),
      fold: Int32Array.of(0, 0),
    };
    const drawing = (await figure.draw([panelOf({ pairs })])) as FigureDrawing;
    expect(drawing.table.rows).toEqual([
      ['softmax', 'same class', 150, 180, 1],
      ['softmax', 'different classes', 90, 120, 1],
    ]);
  });

  it('has nothing to draw of one class, or without embeddings', async () => {
    expect(
      await figure.draw([
        panelOf({
          split: splitOf(
            [
              [1, 0],
              [0, 1],
            ],
            [0, 0],
          ),
        }),
        panelOf({}),
      ]),
    ).toBeUndefined();
  });
});
