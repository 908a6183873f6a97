import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { RandomStreams, type Dataset } from 'ablate-ml';
import { afterAll, describe, expect, it } from 'vitest';
import { itWithData } from '#test/data-folder';
import plugin from './index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ablate-mnist-'));
afterAll(() => rmSync(folder, { recursive: true }));
const idx = (shape: number[], values: number[]): Buffer => {
  const header = Buffer.alloc(4 + 4 * shape.length);
  [0x800 + shape.length, ...shape].forEach((value, index) => header.writeUInt32BE(value, 4 * index));
  return Buffer.concat([header, Buffer.from(values)]);
};
const file = (name: string, bytes: Buffer): string => {
  writeFileSync(path.join(folder, name), bytes);
  return name;
};
const make = async (options: object): Promise<Dataset> =>
  plugin.create(plugin.schema.parse(options), {
    streams: new RandomStreams(1),
    baseDirectory: folder,
    cacheDirectory: path.join(folder, 'cache'),
  });
const ten = {
  images: file('images', idx([10, 1, 2], [...Array(20).keys()])),
  labels: file('labels', idx([10], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
};

describe('mnist', () => {
  it('reads images in [−1, 1] with their own labels', async () => {
    const { images, labels } = {
      images: file('two', gzipSync(idx([2, 1, 2], [0, 255, 51, 204]))),
      labels: file('two-labels', gzipSync(idx([2], [7, 4]))),
    };
    const dataset = await make({ images, labels, testImages: images, testLabels: labels });
    const test = dataset.split('test')!;
    expect(dataset.imageShape).toEqual([1, 2, 1]);
    expect([...test.labels]).toEqual([7, 4]);
    expect([...(await test.images(Int32Array.of(1, 0)))]).toEqual([-0.6, 0.6, -1, 1].map(Math.fround));
    expect(test.source!(1)).toBe('two, image 1');
  });

  it('deals every image to one role; validation is taken from training, never from test', async () => {
    const labelsOf = async (split: number[], splitSeed = 0): Promise<number[][]> => {
      const dataset = await make({ ...ten, split, splitSeed });
      return (['train', 'validation', 'test'] as const).map((role) => [...(dataset.split(role)?.labels ?? [])]);
    };
    const [train, none, test] = await labelsOf([8, 2]);
    const [less, validation, same] = await labelsOf([5, 3, 2]);
    expect(none).toEqual([]);
    expect([...train!, ...test!].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(same).toEqual(test);
    expect([...less!, ...validation!].sort()).toEqual([...train!].sort());
    expect(await labelsOf([0.5, 0.3, 0.2])).toEqual([less, validation, same]);
    expect((await labelsOf([8, 2], 1))[2]).not.toEqual(test);
  });

  it('sets validation images aside in the official layout', async () => {
    const dataset = await make({ ...ten, testImages: ten.images, testLabels: ten.labels, validation: 3 });
    expect((['train', 'validation', 'test'] as const).map((role) => dataset.split(role)!.length)).toEqual([7, 3, 10]);
    expect([...dataset.split('train')!.labels, ...dataset.split('validation')!.labels].sort()).toEqual([
      ...dataset.split('test')!.labels,
    ]);
  });

  it.each([
    [
      'images and labels swapped',
      { images: ten.labels, labels: ten.images },
      'labels starts with the number 2049, where an IDX file of images starts with 2051',
    ],
    [
      'labels of several columns',
      { labels: file('columns', Buffer.from([0, 0, 0x0c, 2, 0, 0, 0, 10])) },
      'it is an IDX file of int32 with 2 dimensions, and uint8 is read, images with 3, labels with 1',
    ],
    ['a zip file', { images: file('zipped', Buffer.from('PK\x03\x04 and more')) }, 'it is a zip file, as .npz is'],
    [
      'a web page under the name of a packed file',
      { images: file('page.gz', Buffer.from('<!doctype html>')) },
      'it is a web page',
    ],
    [
      'a truncated gzip file',
      { images: file('cut.gz', gzipSync(idx([10, 1, 2], [...Array(20).keys()])).subarray(0, 30)) },
      'cut.gz cannot be unpacked: unexpected end of file',
    ],
    [
      'too few pixels',
      { images: file('short', idx([10, 1, 2], [1, 2, 3])) },
      'short has 19 bytes, where 10 × 1 × 2 needs 36',
    ],
    [
      'a header that ends',
      { images: file('header', idx([10, 1, 2], []).subarray(0, 9)) },
      'header ends within its header, after 9 bytes',
    ],
    ['an empty file', { images: file('empty', Buffer.alloc(0)) }, 'empty starts with only 0 bytes'],
    [
      'another count of labels',
      { labels: file('nine', idx([9], Array(9).fill(1))) },
      'nine holds 9 labels for the 10 images of',
    ],
    [
      'a label outside the classes',
      { labels: file('wrong', idx([10], [0, 1, 2, 12, 4, 5, 6, 7, 8, 9])) },
      'wrong gives image 3 the label 12, where 10 classes end at 9',
    ],
    ['a missing file', { images: 'absent' }, 'There is no readable file'],
    ['a folder', { images: '.' }, 'is not a file'],
    ['more images than there are', { split: [9, 2] }, 'split: [9, 2] asks for 11, but'],
    ['shares above the whole', { split: [0.9, 0.2] }, 'split: [0.9, 0.2] shares out 1.1, more than everything'],
  ])('refuses %s', async (_, options, message) => {
    await expect(make({ ...ten, split: [8, 2], ...options })).rejects.toThrow(message);
  });

  it.each([
    ['no test images', ten, 'give either `split`, or `testImages`'],
    ['half a pair', { ...ten, testImages: 'x' }, 'go together'],
    [
      'an address without a checksum',
      { ...ten, images: 'https://example.org/i.gz', split: [8, 2] },
      'an address needs its checksum',
    ],
  ])('refuses options with %s', (_, options, message) => {
    expect(plugin.schema.safeParse(options).error?.message).toContain(message);
  });

  it('downloads once into the cache, and refuses what has another checksum', async () => {
    const body = idx([10, 1, 2], [...Array(20).keys()]);
    let requests = 0;
    const server = createServer((_, response) => (requests++, response.end(body))).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/images-idx3-ubyte`;
      const sha256 = createHash('sha256').update(body).digest('hex');
      const remote = { ...ten, images: { url, sha256 }, split: [8, 2] };
      expect((await make(remote)).provenance).toEqual({
        digest: (await make({ ...ten, split: [8, 2] })).provenance.digest,
        source: url,
      });
      await make(remote);
      expect(requests).toBe(1);
      await expect(make({ ...remote, images: { url, sha256: '0'.repeat(64) } })).rejects.toThrow(
        `its SHA-256 is ${sha256}, not 000`,
      );
      expect(readdirSync(path.join(folder, 'cache', 'downloads'))).toEqual([
        `${sha256.slice(0, 16)}-images-idx3-ubyte`,
      ]);
    } finally {
      server.close();
    }
  });

  itWithData('reads the 10,000 real digits', async (data) => {
    const dataset = await make({
      images: `${data}/mnist/t10k-images-idx3-ubyte.gz`,
      labels: `${data}/mnist/t10k-labels-idx1-ubyte.gz`,
      split: [8000, 2000],
    });
    const counts = Array(10).fill(0);
    for (const role of ['train', 'test'] as const) dataset.split(role)!.labels.forEach((label) => counts[label]++);
    expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect(dataset.imageShape).toEqual([28, 28, 1]);
  });
});
