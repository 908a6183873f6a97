import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams, type Dataset, type Role } from 'ablate-ml';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { zipFixture } from '../../../framework/data/archives/zip-fixture.ts';
import plugin from './index.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-csv-'));
afterAll(() => rmSync(root, { recursive: true }));
const make = async (options: object): Promise<Dataset> =>
  plugin.create(plugin.schema.parse({ path: '.', ...options }), {
    streams: new RandomStreams(1),
    baseDirectory: root,
    cacheDirectory: root,
  });
const table = (name: string, text: string | Buffer): string => {
  writeFileSync(path.join(root, name), text);
  return name;
};
const listed = (dataset: Dataset, role: Role): string[] => {
  const split = dataset.split(role);
  return Array.from(
    { length: split?.length ?? 0 },
    (_, index) => `${split!.source!(index)} ${split!.classNames[split!.labels[index]!] ?? 'none'}`,
  );
};
for (const name of ['a/b/c/abcd.jpg', 'x/y/z/xyz0.jpg', 'x/1.png', 'x/2, two.png', 'x/e\u0301.png']) {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(
    path.join(root, name),
    await sharp({ create: { width: 2, height: 2, channels: 3, background: '#888' } })
      .toFormat(name.endsWith('png') ? 'png' : 'jpeg')
      .toBuffer(),
  );
}

describe('csv', () => {
  it('reads paths, labels and free columns, with quotes, a byte order mark and any line ends', async () => {
    const file = table('plain.csv', '\ufeffcomment,label,path\r\n"said ""no""",7,x/1.png\r\n,10,"x/2, two.png"\r\n');
    const dataset = await make({ file, split: [1, 0] });
    expect(listed(dataset, 'train')).toEqual(['x/1.png 7', 'x/2, two.png 10']);
    expect(dataset.split('train')!.classNames).toEqual(['7', '10']);
    await dataset.close!();
  });

  it('reads the layout of the Google Landmarks data set', async () => {
    const file = table(
      'train.csv',
      'id,url,landmark_id\nxyz0,http://example.org/1.jpg,203\nabcd,http://example.org/2.jpg,6\n',
    );
    const dataset = await make({ file, image: '{id:0}/{id:1}/{id:2}/{id}.jpg', label: 'landmark_id', split: [1, 0] });
    expect(listed(dataset, 'train')).toEqual(['x/y/z/xyz0.jpg 203', 'a/b/c/abcd.jpg 6']);
    await dataset.close!();
  });

  it('takes roles from a column, and an image of no class for a query that shows none', async () => {
    const file = table(
      'roles.csv',
      'path,label,part\nx/1.png,a,train\na/b/c/abcd.jpg,,probe\n"x/2, two.png",b,\nx/y/z/xyz0.jpg,b,gallery\n',
    );
    const dataset = await make({ file, role: 'part' });
    expect((['train', 'gallery', 'probe', 'test'] as const).map((role) => listed(dataset, role))).toEqual([
      ['x/1.png a'],
      ['x/y/z/xyz0.jpg b'],
      ['a/b/c/abcd.jpg none'],
      [],
    ]);
    expect([...dataset.split('probe')!.labels]).toEqual([-1]);
    await dataset.close!();
  });

  it('takes an image that stands twice for one, and says so', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const dataset = await make({
      file: table('twice.csv', 'path,label\nx/1.png,1\nx/1.png,1\nx/2 two.png,2\n./x/1.png,1\n'),
      missing: 'skip',
      split: [1, 0],
    });
    expect(listed(dataset, 'train')).toEqual(['x/1.png 1']);
    expect(write.mock.calls.flat().join('')).toContain('2 rows of');
    write.mockRestore();
    await dataset.close!();
  });

  it.each([
    ['absolute', path.join(root, 'x/1.png')],
    ['with backslashes', 'x\\1.png'],
    ['with steps that lead nowhere', 'x/../x//1.png'],
    ["with an accent in Unicode's other form", 'x/\u00e9.png'],
  ])('finds an image by a name %s', async (_, name) => {
    const dataset = await make({ file: table('names.csv', `path,label\n${name},1\n`), split: [1, 0] });
    expect(listed(dataset, 'train')).toEqual([`${name.endsWith('\u00e9.png') ? 'x/e\u0301.png' : 'x/1.png'} 1`]);
    await dataset.close!();
  });

  it('finds the images of a zip file that macOS packed', async () => {
    const bytes = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#888' } })
      .png()
      .toBuffer();
    writeFileSync(
      path.join(root, 'mac.zip'),
      zipFixture(['set/x/1.png', '__MACOSX/set/x/._1.png'].map((name) => ({ name, bytes }))),
    );
    const dataset = await make({ path: 'mac.zip', file: table('mac.csv', 'path,label\nx/1.png,1\n'), split: [1, 0] });
    expect(listed(dataset, 'train')).toEqual(['x/1.png 1']);
    await dataset.close!();
  });

  it('passes over rows of empty cells', async () => {
    const dataset = await make({ file: table('excel.csv', 'path,label\nx/1.png,1\n,\n , \n'), split: [1, 0] });
    expect(listed(dataset, 'train')).toEqual(['x/1.png 1']);
    await dataset.close!();
  });

  it.each([
    [
      'text that is not UTF-8',
      Buffer.from('path,label\nx/1.png,Köln\n', 'latin1'),
      {},
      /wrong\.csv:2 is not UTF-8 text/,
    ],
    [
      'semicolons',
      'path;label\nx/1.png;1\n',
      {},
      /its first line names path;label\.\n {2}Its cells seem to be separated by semicolons/,
    ],
    ['a column that stands twice', 'path,label,label\nx/1.png,1,2\n', {}, /wrong\.csv names the column label twice/],
    [
      'a comma that no quotes protect',
      'path,label\nx/1.png,a, b\n',
      {},
      /wrong\.csv:2 has 3 cells, and the first line names 2 columns/,
    ],
    [
      'an image of two classes',
      'path,label\nx/1.png,a\nx/1.png,b\n',
      {},
      /wrong\.csv:3 lists x\/1\.png as b, which line 2 lists as a/,
    ],
    [
      'an image of two roles',
      'path,label,part\nx/1.png,a,train\nx/1.png,a,test\n',
      { role: 'part' },
      /wrong\.csv:3 lists x\/1\.png as a, test, which line 2 lists as a, train/,
    ],
    [
      'a name of which another is near',
      'path,label\nx/11.png,a\n',
      {},
      /x\/11\.png\.\n {2}Looked in .*, where the name most like x\/11\.png is x\/1\.png/,
    ],
    [
      'a missing column',
      'path,lable\nx/1.png,1\n',
      {},
      /wrong\.csv has no column label; its first line names path, lable\.\n {2}Did you mean lable\?/,
    ],
    [
      'a short row',
      'path,free,label\nx/1.png,,1\nx/1.png\n',
      {},
      /wrong\.csv:3 has 1 cells, where the column label is number 3/,
    ],
    [
      'a quote that never ends',
      'path,label\n"x/1.png,1\n',
      {},
      /wrong\.csv is not a CSV file that can be read: Quote Not Closed/,
    ],
    ['no rows', 'path,label\n', {}, /wrong\.csv holds no rows below its first line/],
    [
      'an image that is not there',
      'path,label\nx/1.png,1\nx/9.png,1\n',
      {},
      /1 of the 2 images that .*wrong\.csv lists are not there:\n {2}x\/9\.png/,
    ],
    [
      'an unknown role',
      'path,label,role\nx/1.png,1,training\n',
      { role: 'role' },
      /wrong\.csv:2 gives the role training/,
    ],
    [
      'a training image without a class',
      'path,label,role\nx/1.png,,train\n',
      { role: 'role' },
      /wrong\.csv:2 gives an image without a class to training/,
    ],
  ])('refuses %s', async (_, text, options, message) => {
    await expect(make({ file: table('wrong.csv', text), ...options })).rejects.toThrow(message);
  });
});
