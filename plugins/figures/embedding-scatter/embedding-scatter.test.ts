import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { EmbeddedSplit, FigureDrawing } from 'ablate-ml';
import { classMeans, shortNames } from 'ablate-ml/figures';
import { renderFigure } from '../../../framework/figures/render-figure.ts';
import { panelOf } from '#test/panel-of';
import { embeddingScatter, type EmbeddingScatterOptions } from './embedding-scatter.ts';

const split: EmbeddedSplit = {
  role: 'test',
  dim: 2,
  embeddings: Float32Array.of(1, 2, 3, 4, -1, 0),
  labels: Int32Array.of(0, 0, 1),
  classNames: ['cat <script>', 'dog', 'absent'],
};
const scatter = (options: Partial<EmbeddingScatterOptions> = {}) =>
  embeddingScatter({ width: 300, points: 10, columns: 3, scale: 'own', roles: ['test'], ...options });
const panelMarks = (
  { vega }: FigureDrawing,
  panel: number,
): { data: { name: string; values: Record<string, unknown>[] }[] } => (vega['marks'] as never[])[panel]!;

describe('embedding-scatter', () => {
  it('draws the class means where no loss keeps centers, and leaves out classes without images', async () => {
    expect([...classMeans(split)]).toEqual([2, 3, -1, 0, NaN, NaN]);
    const drawing = (await scatter().draw([panelOf({ split })])) as FigureDrawing;
    expect(panelMarks(drawing, 0).data[1]!.values).toMatchObject([
      { x: 2, y: 3, class: 'cat <script>', text: 'cat <script>' },
      { x: -1, y: 0, class: 'dog', text: 'dog' },
    ]);
  });

  it('names in legend and caption the classes of all panels that have a point, and no other', async () => {
    const other: EmbeddedSplit = { ...split, labels: Int32Array.of(0, 2, 2), classNames: ['absent', 'cat', 'eel'] };
    const { vega, description } = (await scatter().draw([
      panelOf({ split }),
      panelOf({ split: other, group: 'other' }),
    ])) as FigureDrawing;
    expect(vega['scales']).toMatchObject([{ name: 'class', domain: ['cat <script>', 'dog', 'absent', 'eel'] }]);
    expect(description).toContain('of 4 classes');
  });

  it("draws the loss's own centers where there are some", async () => {
    const drawing = (await scatter().draw([
      panelOf({ split, centers: Float32Array.of(9, 8, 7, 6, 5, 4) }),
    ])) as FigureDrawing;
    expect(panelMarks(drawing, 0).data[1]!.values[0]).toMatchObject({ x: 9, y: 8 });
  });

  it('thins points evenly, and gives their numbers', async () => {
    const drawing = (await scatter({ points: 2 }).draw([panelOf({ split })])) as FigureDrawing;
    expect(panelMarks(drawing, 0).data[0]!.values).toEqual([
      { x: 1, y: 2, class: 'cat <script>' },
      { x: 3, y: 4, class: 'cat <script>' },
    ]);
    expect(drawing.table).toEqual({
      columns: ['run', 'class', 'x', 'y'],
      rows: [
        ['softmax', 'cat <script>', 1, 2],
        ['softmax', 'cat <script>', 3, 4],
      ],
    });
  });

  it('draws one panel a group, and one a role', async () => {
    const groups = [
      panelOf({ split, title: 'a, seed 1', group: 'a' }),
      panelOf({ split, title: 'a, seed 2', group: 'a' }),
      panelOf({ split, title: 'b, seed 1', group: 'b' }),
    ];
    expect(((await scatter().draw(groups)) as FigureDrawing).vega['marks']).toMatchObject([
      { name: 'panel:a' },
      { name: 'panel:b' },
    ]);
    const both = {
      ...panelOf({ split }),
      input: async () => ({ ...(await panelOf({ split }).input())!, split: async () => split }),
    };
    const beside = (await scatter({ roles: ['train', 'test'] }).draw([both])) as FigureDrawing;
    expect(beside.vega['marks']).toMatchObject([{ name: 'panel:softmax' }, { name: 'panel:softmax\t2' }]);
    const [svg] = await renderFigure(beside, await mkdtemp(join(tmpdir(), 'ablate-figure-')));
    expect(await readFile(svg!, 'utf8')).toMatch(/softmax, train.*softmax, test/s);
  });

  describe('with another run of a tenth of the size', () => {
    const small: EmbeddedSplit = { ...split, embeddings: split.embeddings.map((value) => value / 10) };
    const both = [panelOf({ split }), panelOf({ split: small, group: 'small', title: 'small' })];
    const drawn = async (scale: EmbeddingScatterOptions['scale']) => {
      const drawing = (await scatter({ scale }).draw(both)) as FigureDrawing;
      const marks = drawing.vega['marks'] as { scales: { domain: [number, number] }[] }[];
      const spans = marks.map(({ scales }) => scales.map(({ domain: [from, to] }) => Number((to - from).toFixed(4))));
      return { spans, points: [0, 1].map((panel) => panelMarks(drawing, panel).data[0]!.values[1]), drawing };
    };

    it('gives both axes one unit, and says aloud that each panel is on its own scale', async () => {
      const { spans, drawing } = await drawn('own');
      expect(spans).toEqual([
        [4.32, 4.32],
        [0.432, 0.432],
      ]);
      expect(drawing.vega['title']).toMatchObject({ text: 'Each panel is on its own scale.' });
      expect(drawing.description).toContain('Each panel is on its own scale.');
    });

    it('puts all panels on one scale', async () => {
      const { spans, points } = await drawn('shared');
      expect(spans.flat()).toEqual([4.32, 4.32, 4.32, 4.32]);
      expect(points).toMatchObject([
        { x: 3, y: 4 },
        { x: 0.3, y: 0.4 },
      ]);
    });

    it('puts all panels on one scale in units of the distance between the class centers', async () => {
      const { spans, points, drawing } = await drawn('center-distance');
      const distance = Math.hypot(3, 3);
      expect(spans.flat()).toEqual(Array.from({ length: 4 }, () => Number((4.32 / distance).toFixed(4))));
      for (const point of points) expect(point!['x']).toBeCloseTo(3 / distance, 3);
      expect(drawing.vega['title']).toMatchObject({ text: expect.stringContaining('mean distances between class') });
    });

    it('leaves out what has no such distance, of one class alone', async () => {
      const one = panelOf({ split: { ...split, labels: Int32Array.of(0, 0, 0) }, group: 'one' });
      const { vega } = (await scatter({ scale: 'center-distance' }).draw([both[0]!, one])) as FigureDrawing;
      expect(vega['marks']).toMatchObject([{ name: 'panel:softmax' }]);
      expect(vega['marks']).toHaveLength(1);
      expect(await scatter({ scale: 'center-distance' }).draw([one])).toBeUndefined();
    });

    it('says nothing of scales above one panel', async () => {
      expect(((await scatter().draw([panelOf({ split })])) as FigureDrawing).vega['title']).toBeUndefined();
    });
  });

  it('breaks a long title between its words and cuts none', async () => {
    const title = 'softmax + center (lambda {linear {from 0, to 0.05, over 10}}, alpha 0.5, update released-code)';
    const { vega } = (await scatter().draw([
      panelOf({ split, group: title }),
      panelOf({ split, group: 'b' }),
    ])) as FigureDrawing;
    const [first] = vega['marks'] as { marks: { encode: { update: { text: { value: string[] } } } }[] }[];
    const lines = first!.marks[0]!.encode.update.text.value;
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.join(' ')).toBe(title);
    expect(vega['title']).toMatchObject({ offset: 16 + 12 * (lines.length - 1) });
  });

  it('has nothing to draw for other dimensions or no test images', async () => {
    expect(await scatter().draw([panelOf({ split: { ...split, dim: 3 } }), panelOf({})])).toBeUndefined();
  });

  it('is written as SVG with its description and harmless names, as a PNG of three times the size, as PDF and CSV', async () => {
    const drawing = (await scatter().draw([panelOf({ split, title: 'a & <b>' })])) as FigureDrawing;
    const directory = await mkdtemp(join(tmpdir(), 'ablate-figure-'));
    const files = await renderFigure(drawing, directory);
    expect(files.map((file) => file.slice(directory.length + 1))).toEqual(
      ['svg', 'png', 'pdf', 'csv', 'json'].map((end) => `embedding-scatter.${end}`),
    );
    const svg = await readFile(files[0]!, 'utf8');
    expect(svg).toContain('<title>Two-dimensional embeddings of test images of 2 classes');
    expect(svg).not.toContain('<script>');
    const [, width] = /<svg[^>]* width="(\d+)"/.exec(svg)!;
    expect((await sharp(files[1]!).metadata()).width).toBe(3 * Number(width));
    expect((await readFile(files[2]!, 'latin1')).slice(0, 5)).toBe('%PDF-');
    expect(await readFile(files[3]!, 'utf8')).toBe(
      'run,class,x,y\r\na & <b>,cat <script>,1,2\r\na & <b>,cat <script>,3,4\r\na & <b>,dog,-1,0\r\n',
    );
  });

  it('shortens names by the words they share', () => {
    expect(shortNames(['glyph 0', 'glyph 1'])).toEqual(['0', '1']);
    expect(shortNames(['Greek_character01', 'Greek_character02'])).toEqual(['character01', 'character02']);
    expect(shortNames(['cat', 'car'])).toEqual(['cat', 'car']);
    expect(shortNames(['same', 'same'])).toEqual(['same', 'same']);
  });
});
