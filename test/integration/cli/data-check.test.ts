import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RandomStreams } from 'ablate-ml';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { ablateHere } from '#test/ablate-here';
import type { DatasetCheck } from '../../../framework/runs/evaluate/check-dataset.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'ablate-data-check-'));
afterAll(() => rmSync(folder, { recursive: true }));
const random = new RandomStreams(5).stream('pictures');

/** A picture of blurred blocks, so that two pictures differ as photographs do. */
const picture = (): Promise<Buffer> => {
  const blocks = Uint8Array.from({ length: 6 * 6 * 3 }, () => random.integer(256));
  return sharp(blocks, { raw: { width: 6, height: 6, channels: 3 } })
    .resize(96, 72, { fit: 'fill', kernel: 'cubic' })
    .png()
    .toBuffer();
};
const write = (name: string, bytes: Uint8Array): void => {
  const file = path.join(folder, 'images', name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
};

const pictures = await Promise.all(Array.from({ length: 60 }, picture));
for (const [index, bytes] of pictures.entries())
  write(`${index < 40 ? 'train' : 'test'}/c${index % 5}/${index}.png`, bytes);
write('train/c0/resized.png', await sharp(pictures[0]!).resize(50, 41, { fit: 'fill' }).png().toBuffer());
write('train/c1/recompressed.jpg', await sharp(pictures[1]!).jpeg({ quality: 40 }).toBuffer());
write('train/c3/mirrored.png', await sharp(pictures[2]!).flop().png().toBuffer());
write('test/c4/leak.jpg', await sharp(pictures[4]!).resize(64, 64, { fit: 'fill' }).jpeg({ quality: 70 }).toBuffer());
write('test/c0/broken.png', pictures[9]!.subarray(0, 200));
write(
  'test/c1/tiny.png',
  await sharp(await picture())
    .resize(9, 9, { fit: 'fill' })
    .png()
    .toBuffer(),
);
write(
  'test/c1/wide.png',
  await sharp(await picture())
    .resize(200, 20, { fit: 'fill' })
    .png()
    .toBuffer(),
);
write(
  'test/c2/black.png',
  await sharp({ create: { width: 20, height: 20, channels: 3, background: '#000' } })
    .png()
    .toBuffer(),
);

const spec = path.join(folder, 'spec.yaml');
const dataset = (more = ''): void =>
  writeFileSync(
    spec,
    `dataset: {image-folder: {path: images, split: folders, size: 16${more}}}\nbackbone: mlp\nhead: linear\nlosses: [softmax]\n`,
  );

test('data check finds planted duplicates, a leak, and images that nobody can learn from, and nothing else', async () => {
  dataset();
  const { code, stdout } = await ablateHere(['data', 'check', spec, '--out', path.join(folder, 'out'), '--json']);
  expect(code).toBe(0);
  const found = JSON.parse(stdout) as DatasetCheck;
  expect(found.images).toBe(68);
  expect(found.duplicates.map(({ first, second }) => [first, second].sort())).toEqual(
    expect.arrayContaining([
      ['train/c0/0.png', 'train/c0/resized.png'],
      ['train/c1/1.png', 'train/c1/recompressed.jpg'],
      ['train/c2/2.png', 'train/c3/mirrored.png'],
      ['test/c4/leak.jpg', 'train/c4/4.png'],
    ]),
  );
  expect(found.duplicates).toHaveLength(4);
  const by = (name: string) => found.duplicates.find(({ first, second }) => [first, second].includes(name))!;
  expect(by('train/c3/mirrored.png')).toMatchObject({ mirrored: true, classesDiffer: true, leaks: false });
  expect(by('test/c4/leak.jpg')).toMatchObject({ mirrored: false, classesDiffer: false, leaks: true });
  expect(found.unreadable.map(({ name }) => name)).toEqual(['test/c0/broken.png']);
  expect(found.tiny).toEqual(['test/c1/tiny.png']);
  expect(found.odd).toEqual(['test/c1/wide.png', 'test/c2/black.png']);
  expect(found.classSizes).toEqual({ least: 8, median: 9, most: 9, single: 0 });
  expect(found.exclude).toContain('train/c4/4.png');
  expect(readFileSync(path.join(folder, 'out', 'index.html'), 'utf8')).toContain('test/c4/leak.jpg');
});

test('its list leaves them out of the data set, and a name that is no image is refused', async () => {
  dataset(', exclude: out/exclude.txt');
  const { stdout } = await ablateHere(['data', 'check', spec]);
  expect(stdout).toContain('63 images read\n0 pairs show the same picture');
  expect(stdout).toContain('0 cannot be read');
  writeFileSync(path.join(folder, 'out', 'exclude.txt'), '# seen\ntrain/c0/none.png\n');
  const { code, stderr } = await ablateHere(['data', 'list', spec]);
  expect(code).toBe(2);
  expect(stderr).toContain('exclude.txt:2 excludes train/c0/none.png, which is no image of the data set');
});

test('groups that training and evaluation share are named', async () => {
  writeFileSync(
    path.join(folder, 'list.csv'),
    'path,label,role,shoot\ntrain/c0/0.png,a,train,s1\ntrain/c1/1.png,a,train,s2\ntest/c0/40.png,b,test,s1\ntest/c1/41.png,b,test,s3\n',
  );
  writeFileSync(
    spec,
    'dataset: {csv: {file: list.csv, path: images, role: role, columns: {shoot: label}, size: 16}}\nbackbone: mlp\nhead: linear\nlosses: [softmax]\n',
  );
  const { stdout } = await ablateHere(['data', 'check', spec, '--group', 'shoot']);
  expect(stdout).toContain('shoot s1 is in training and in evaluation, 2 images');
  expect(stdout).not.toContain('shoot s2');
});
