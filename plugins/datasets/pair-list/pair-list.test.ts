import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams, type Dataset } from 'ablate-ml';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import plugin from './index.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-pairs-'));
afterAll(() => rmSync(root, { recursive: true }));
const make = async (options: object): Promise<Dataset> =>
  plugin.create(plugin.schema.parse({ path: 'faces', ...options }), {
    streams: new RandomStreams(1),
    baseDirectory: root,
    cacheDirectory: root,
  });
const table = (text: string): string => {
  writeFileSync(path.join(root, 'pairs.csv'), text);
  return 'pairs.csv';
};
const pairsOf = ({ pairs }: Dataset): unknown[] =>
  Array.from(pairs!.same, (same, pair) => [
    pairs!.images.source!(pairs!.left[pair]!),
    pairs!.images.source!(pairs!.right[pair]!),
    same,
    pairs!.fold[pair],
  ]);
const gray = async (value: number): Promise<Buffer> =>
  sharp({ create: { width: 2, height: 2, channels: 3, background: { r: value, g: value, b: value } } })
    .png()
    .toBuffer();
for (const [index, name] of ['faces/a.png', 'faces/b.png', 'faces/c.png', 'train/x/1.png', 'train/y/1.png'].entries()) {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), await gray(51 * index));
}

describe('pair-list', () => {
  it('reads path, path, same, and deals the pairs of each kind out to the folds in turn', async () => {
    const dataset = await make({
      file: table('one,other,same\na.png,b.png,1\nb.png,c.png,yes\na.png,c.png,0\nb.png,a.png,True\n'),
      folds: 2,
    });
    expect(pairsOf(dataset)).toEqual([
      ['a.png', 'b.png', 1, 0],
      ['b.png', 'c.png', 1, 1],
      ['a.png', 'c.png', 0, 0],
      ['b.png', 'a.png', 1, 0],
    ]);
    expect([...dataset.pairs!.images.labels]).toEqual([-1, -1, -1]);
    expect(dataset.split('train')).toBeUndefined();
    await dataset.close!();
  });

  it('reads named columns with folds counted from 1, and trains on a folder', async () => {
    const dataset = await make({
      file: table('fold,same,p,q\n2,0,c.png,a.png\n1,1,a.png,b.png\n'),
      left: 'p',
      right: 'q',
      same: 'same',
      fold: 'fold',
      train: 'train',
    });
    expect(pairsOf(dataset)).toEqual([
      ['c.png', 'a.png', 0, 1],
      ['a.png', 'b.png', 1, 0],
    ]);
    const train = dataset.split('train')!;
    expect([train.classNames, [...train.labels]]).toEqual([
      ['x', 'y'],
      [0, 1],
    ]);
    expect([...(await train.images(Int32Array.of(1)))]).toEqual(Array(12).fill(Math.fround(0.6)));
    expect([...(await dataset.pairs!.images.images(dataset.pairs!.left.slice(0, 1)))]).toEqual(
      Array(12).fill(Math.fround(-0.2)),
    );
    await dataset.close!();
  });

  it('counts and names missing images, fatal unless allowed', async () => {
    const file = table('a.png,b.png,1\nd.png,b.png,0\n');
    await expect(make({ file, header: false })).rejects.toThrow(
      `1 of the 3 images that ${path.join(root, file)} lists are not there:\n  d.png.`,
    );
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const dataset = await make({ file, header: false, missing: 'skip' });
    write.mockRestore();
    expect(pairsOf(dataset)).toEqual([['a.png', 'b.png', 1, 0]]);
    await dataset.close!();
  });

  it('leaves pairs with a broken image out by option', async () => {
    writeFileSync(path.join(root, 'faces', 'bad.png'), 'no image');
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const dataset = await make({ file: table('a.png,b.png,1\nbad.png,b.png,0\n'), header: false, broken: 'skip' });
    expect(write.mock.calls.flat().join('')).toContain('bad.png');
    write.mockRestore();
    expect(pairsOf(dataset)).toEqual([['a.png', 'b.png', 1, 0]]);
    await dataset.close!();
  });

  it('reads whole numbers as pandas writes them, and a pair that stands twice once', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const dataset = await make({
      file: table('a.png,b.png,1.0,2.0\nc.png,b.png,0.0,1.0\na.png,b.png,1.0,2.0\n'),
      header: false,
      fold: 3,
    });
    expect(write.mock.calls.flat().join('')).toContain('1 pairs of');
    write.mockRestore();
    expect(pairsOf(dataset)).toEqual([
      ['a.png', 'b.png', 1, 1],
      ['c.png', 'b.png', 0, 0],
    ]);
    await dataset.close!();
  });

  it('refuses an image of a pair that trains too', async () => {
    await expect(
      make({ path: '.', file: table('one,other,same\nfaces/a.png,train/x/1.png,0\n'), train: 'train' }),
    ).rejects.toThrow(/1 of the images that .* lists are training images too: .*1\.png/);
  });

  it.each([
    [
      'a first line that is a pair',
      'a.png,b.png,1\nb.png,c.png,0\n',
      {},
      /pairs\.csv:1 is a pair itself: a\.png, b\.png, 1\.\n {2}Give `header: false`/,
    ],
    [
      'a pair that says otherwise',
      'one,other,same\na.png,b.png,1\nb.png,a.png,0\n',
      {},
      /pairs\.csv:3 says otherwise than line 2 of b\.png and a\.png/,
    ],
    ['a word', 'one,other,same\na.png,b.png,maybe\n', {}, /pairs\.csv:2 says "maybe" where a pair is the same or not/],
    [
      'a fold',
      'one,other,same,fold\na.png,b.png,1,x\n',
      { fold: 'fold' },
      /pairs\.csv:2 gives the fold "x", which is not a whole number/,
    ],
    ['a missing column', 'one,other\na.png,b.png\n', {}, /pairs\.csv:2 has 2 cells, where the column 2 is number 3/],
    [
      'a named column without a header',
      'a.png,b.png,1\n',
      { header: false, same: 'same' },
      /The column same is given by name, but `header: false`/,
    ],
  ])('refuses %s that cannot be read', async (_, text, options, message) => {
    await expect(make({ file: table(text), ...options })).rejects.toThrow(message);
  });
});
