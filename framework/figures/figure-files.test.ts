import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { splitOf } from '#test/panel-of';
import { animatedPng } from './animated-png.ts';
import { csvText } from './csv-text.ts';
import { lineChart } from './line-chart.ts';
import { measureText } from './measure-text.ts';
import { renderFigure } from './render-figure.ts';
import { saveEvaluation, savedEvaluation } from './saved-evaluation.ts';
import { splitPictures } from '../data/images/split-pictures.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'ablate-figure-'));
const has = (command: string): boolean => {
  try {
    execFileSync('which', [command]);
    return true;
  } catch {
    return false;
  }
};

describe('the files of a figure', () => {
  const chart = lineChart({
    width: 312,
    lines: [
      {
        group: 'λ = 0.003',
        points: [
          { x: 1, y: 0.25, low: 0.125, high: 0.5 },
          { x: 2, y: 0.5 },
        ],
      },
      { group: '<b>"&', points: [{ x: 1, y: 0.1 }] },
    ],
    x: { title: 'epoch', whole: true },
    y: { title: 'accuracy' },
  });
  const drawing = {
    name: 'chart',
    title: 'Chart',
    description: 'A <chart>',
    vega: chart,
    table: { columns: ['x'], rows: [[1]] },
  };

  it('are as wide as was asked for, and keep numbers in texts as they are', async () => {
    const [svg] = await renderFigure(drawing, await folder());
    const text = await readFile(svg!, 'utf8');
    expect(text).toMatch(/<svg[^>]* width="312"/);
    expect(text).toContain('λ = 0.003');
    expect(text).not.toContain('<b>');
    expect(text).not.toContain('name="hover"');
  });

  it.runIf(has('pdffonts') && has('pdftotext'))(
    'have a PDF whose text can be read, with its only font inside (skipped without poppler)',
    async () => {
      const files = await renderFigure(drawing, await folder());
      const pdf = files.find((file) => file.endsWith('.pdf'))!;
      const fonts = execFileSync('pdffonts', [pdf], { encoding: 'utf8' }).trim().split('\n').slice(2);
      expect(fonts).toHaveLength(1);
      expect(fonts[0]).toMatch(/Arimo .* yes +no +yes/);
      const words = execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' });
      expect(words).toContain('λ = 0.003');
      expect(words).toContain('accuracy');
      expect(execFileSync('pdfinfo', [pdf], { encoding: 'utf8' })).toMatch(/Page size: +234 x /);
    },
  );

  it('measure text as the font has it: Arimo is as wide as Helvetica', async () => {
    const measure = await measureText();
    expect(measure('m', 1000)).toBeCloseTo(833, 0);
    expect(measure('il', 1000)).toBeCloseTo(444, 0);
  });

  it('quote CSV, and let no spreadsheet run a name', () => {
    expect(
      csvText({
        columns: ['a', 'b'],
        rows: [
          ['x,"y"\n', -1.5],
          ['=cmd()', null],
          ['-1', 0.1],
        ],
      }),
    ).toBe('a,b\r\n"x,""y""\n",-1.5\r\n\'=cmd(),\r\n\'-1,0.1\r\n');
  });

  it.each([
    ['a second cell where semicolons end them', 'a;=1+1', '"a;=1+1"'],
    ['a formula after blanks', ' =1+1', "' =1+1"],
    ['a formula on its second line', '\n=1', '"\'\n=1"'],
    ['a command of a terminal', 'a\u001b[2Jb', 'a\\u001b[2Jb'],
  ])('quote %s', (_, name, cell) => expect(csvText({ columns: ['name'], rows: [[name]] })).toBe(`name\r\n${cell}\r\n`));

  it('animate: an APNG of so many frames that decoders of PNG read', async () => {
    const frame = (color: string): Promise<Buffer> =>
      sharp({ create: { width: 4, height: 3, channels: 3, background: color } })
        .png()
        .toBuffer();
    const file = join(await folder(), 'a.png');
    const bytes = animatedPng([await frame('red'), await frame('lime')], [100, 500]);
    await writeFile(file, bytes);
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, ...data.subarray(0, 3)]).toEqual([4, 3, 255, 0, 0]);
    const chunks = [];
    for (let at = 8; at < bytes.length; at += bytes.readUInt32BE(at) + 12)
      chunks.push(bytes.toString('latin1', at + 4, at + 8));
    expect(chunks.filter((name) => name !== 'IDAT' && name !== 'fdAT')).toEqual([
      'IHDR',
      'acTL',
      'fcTL',
      'fcTL',
      'IEND',
    ]);
  });
});

describe('what is kept of an evaluation', () => {
  const input = (split: ReturnType<typeof splitOf>, pairs?: object) => ({
    role: 'test' as const,
    split: async () => split,
    pairs: async () => pairs as never,
    centers: new Map([['center', Float32Array.of(1, 2)]]),
    trainingImages: 7,
    seed: 3,
  });

  it('comes back: embeddings, predictions, centers, pairs', async () => {
    const directory = await folder();
    const split = splitOf(
      [
        [1, 2],
        [3, 4],
      ],
      [0, 1],
      { predictions: Int32Array.of(1, 1) },
    );
    await saveEvaluation(directory, split, input(split));
    const images = { ...split, role: 'pairs' as const };
    await saveEvaluation(
      directory,
      images,
      input(images, {
        images,
        left: Int32Array.of(0),
        right: Int32Array.of(1),
        same: Uint8Array.of(0),
        fold: Int32Array.of(4),
      }),
    );
    const saved = (await savedEvaluation(directory, 'test'))!;
    expect(await saved.split('test')).toEqual(split);
    expect(saved).toMatchObject({ trainingImages: 7, seed: 3 });
    expect(saved.centers.get('center')).toEqual(Float32Array.of(1, 2));
    expect(await saved.pairs()).toEqual({
      images,
      left: Int32Array.of(0),
      right: Int32Array.of(1),
      same: Uint8Array.of(0),
      fold: Int32Array.of(4),
    });
    expect(await savedEvaluation(await folder(), 'test')).toBeUndefined();
  });

  it('has small pictures of the images, of which a report shows those kept', async () => {
    const directory = await folder();
    const shades = [-1, 1, 0];
    const rows = {
      role: 'test' as const,
      length: 3,
      labels: Int32Array.of(0, 1, 1),
      classNames: ['a', 'b'],
      images: (indices: Int32Array) => new Float32Array(6 * 4 * indices.length).fill(shades[indices[0]!]!),
    };
    const pictures = splitPictures(rows, { imageShape: [6, 4, 1], provenance: { digest: 'd', source: 's' } })!;
    const split = splitOf(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [0, 1, 1],
      { pictures },
    );
    await saveEvaluation(directory, split, input(split));
    const saved = (await (await savedEvaluation(directory, 'test'))!.split('test'))!.pictures!;
    expect(saved.key).toBe(pictures.key);
    for (const kept of [pictures, saved]) {
      const urls = await kept.urls([0, 1, 2]);
      const middles = [];
      for (const url of urls) {
        const { data, info } = await sharp(Buffer.from(url!.split(',')[1]!, 'base64'))
          .toColorspace('srgb')
          .raw()
          .toBuffer({ resolveWithObject: true });
        expect([info.height, info.width]).toEqual([6, 4]);
        middles.push(data[info.channels * 9]!);
      }
      expect(middles[0]).toBeLessThan(12);
      expect(middles[1]).toBeGreaterThan(243);
      expect(Math.abs(middles[2]! - 128)).toBeLessThan(12);
    }
    expect(await saved.urls([9])).toEqual([undefined]);
  });
});
