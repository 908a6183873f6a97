import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EmbeddedSplit, EvaluationInput } from 'ablate-ml';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderFigure } from '../../../framework/figures/render-figure.ts';
import { classMeans } from './class-means.ts';
import { EmbeddingScatter } from './embedding-scatter.ts';
import { shortNames } from './short-names.ts';

const split: EmbeddedSplit = { role: 'test', dim: 2, embeddings: Float32Array.of(1, 2, 3, 4, -1, 0), labels: Int32Array.of(0, 0, 1), classNames: ['cat <script>', 'dog', 'absent'] };
const inputOf = (given: EmbeddedSplit | undefined, centers?: Float32Array): EvaluationInput => ({
  role: 'test', split: async () => given, pairs: async () => undefined, centers: new Map(centers ? [['center', centers]] : []), trainingImages: 3, seed: 1,
});
const panelMarks = (vega: Readonly<Record<string, unknown>>, panel: number): { data: { name: string; values: unknown[] }[] } => (vega['marks'] as never[])[panel]!;

describe('embedding-scatter', () => {
  it('draws the class means where no loss keeps centres, and leaves out classes without images', async () => {
    expect([...classMeans(split)]).toEqual([2, 3, -1, 0, NaN, NaN]);
    const drawing = await new EmbeddingScatter({ points: 10, size: 100 }).draw([{ title: 'softmax', input: inputOf(split) }]);
    expect(panelMarks(drawing!.vega, 0).data[1]!.values).toEqual([{ x: 2, y: 3, class: 'cat <script>', text: 'cat <script>' }, { x: -1, y: 0, class: 'dog', text: 'dog' }]);
  });

  it("draws the loss's own centres where there are some", async () => {
    const drawing = await new EmbeddingScatter({ points: 10, size: 100 }).draw([{ title: 'center', input: inputOf(split, Float32Array.of(9, 8, 7, 6, 5, 4)) }]);
    expect(panelMarks(drawing!.vega, 0).data[1]!.values[0]).toMatchObject({ x: 9, y: 8 });
  });

  it('thins points evenly', async () => {
    const drawing = await new EmbeddingScatter({ points: 2, size: 100 }).draw([{ title: 'a', input: inputOf(split) }]);
    expect(panelMarks(drawing!.vega, 0).data[0]!.values).toEqual([{ x: 1, y: 2, class: 'cat <script>' }, { x: 3, y: 4, class: 'cat <script>' }]);
  });

  it('has nothing to draw for other dimensions or no test images', async () => {
    const scatter = new EmbeddingScatter({ points: 10, size: 100 });
    expect(await scatter.draw([{ title: 'a', input: inputOf({ ...split, dim: 3 }) }, { title: 'b', input: inputOf(undefined) }])).toBeUndefined();
  });

  it('is written as SVG with its description and harmless names, and as a PNG of twice the size', async () => {
    const drawing = await new EmbeddingScatter({ points: 10, size: 100 }).draw([{ title: 'a & <b>', input: inputOf(split) }]);
    const [svgFile, pngFile] = await renderFigure(drawing!, await mkdtemp(join(tmpdir(), 'ablate-figure-')));
    const svg = await readFile(svgFile!, 'utf8');
    expect(svg).toContain('<title>Two-dimensional embeddings of test images of 3 classes');
    expect(svg).not.toContain('<script>');
    const [, width] = /<svg[^>]* width="(\d+)"/.exec(svg)!;
    expect((await sharp(pngFile!).metadata()).width).toBe(2 * Number(width));
  });

  it('shortens names by the words they share', () => {
    expect(shortNames(['glyph 0', 'glyph 1'])).toEqual(['0', '1']);
    expect(shortNames(['Greek_character01', 'Greek_character02'])).toEqual(['character01', 'character02']);
    expect(shortNames(['cat', 'car'])).toEqual(['cat', 'car']);
    expect(shortNames(['same', 'same'])).toEqual(['same', 'same']);
  });
});
