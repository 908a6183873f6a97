import { describe, expect, it } from 'vitest';
import { panelOf, pictures, splitOf } from '#test/panel-of';
import { RandomStreams, type FigureDrawing } from 'ablate-ml';
import { retrievalGallery } from './retrieval-gallery.ts';

const figure = retrievalGallery({ width: 300, probes: 2, found: 2 }, { streams: new RandomStreams(1) });
const at = (degrees: number) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];

describe('retrieval-gallery', () => {
  it('shows a probe that is answered rightly, then one that is not, with the nearest first', async () => {
    // Row 2 of class b lies between two of class a: its nearest is wrong. Row 3 of class b has row 2 nearest, but
    // further off.
    const split = splitOf([at(0), at(4), at(10), at(40)], [0, 0, 1, 1], { pictures });
    const [drawing] = (await figure.draw([panelOf({ split })])) as FigureDrawing[];
    const rows = drawing!.table.rows;
    expect(rows).toHaveLength(4);
    expect(rows[0]![5]).toBe(1);
    expect(rows.slice(2)).toEqual([
      [2, 'b', 1, 1, 'a', 0],
      [2, 'b', 2, 0, 'a', 0],
    ]);
  });

  it('has nothing to draw without pictures', async () => {
    expect(await figure.draw([panelOf({ split: splitOf([at(0), at(1)], [0, 1]) }), panelOf({})])).toEqual([]);
  });
});
