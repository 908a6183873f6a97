import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Augment, AugmentationList } from '../../contracts/augmentation.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { decodedImages } from './decoded-images.ts';
import { decodedStore } from './decoded-store.ts';
import { folderImages } from './folder-images.ts';
import { imageOptions } from './image-options.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ablate-decode-'));
afterAll(() => rmSync(folder, { recursive: true }));
const options = (given: object) => z.strictObject(imageOptions).parse(given);
const streams = new RandomStreams(3);
const augmentBy = (
  train: readonly { readonly name: string; readonly options: object }[],
  sizeAfter: AugmentationList['sizeAfter'] = (size) => size,
): Augment => ({
  train: [
    {
      path: 'augment.train',
      steps: train.map(({ name, options }) => ({
        name,
        module: new URL(`../../../plugins/augmentations/${name}/index.ts`, import.meta.url).href,
        options: options as Record<string, unknown>,
      })),
      sizeAfter,
    },
  ],
  test: { path: 'augment.test', steps: [], sizeAfter },
});
const gray = (value: number) =>
  sharp({ create: { width: 4, height: 2, channels: 3, background: { r: value, g: value, b: value } } });

beforeAll(async () => {
  mkdirSync(path.join(folder, 'whole'));
  mkdirSync(path.join(folder, 'broken'));
  for (let image = 0; image < 8; image++)
    writeFileSync(
      path.join(folder, 'whole', `${image}.png`),
      await gray(image * 10)
        .png()
        .toBuffer(),
    );
  writeFileSync(
    path.join(folder, 'whole', '8.pgm'),
    Buffer.concat([Buffer.from('P5\n# a comment\n4 2\n255\n'), Buffer.alloc(8, 200)]),
  );
  const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, at) => (at * 7919) % 253);
  const jpeg = await sharp(noise, { raw: { width: 64, height: 64, channels: 3 } })
    .jpeg()
    .toBuffer();
  writeFileSync(path.join(folder, 'broken', 'a-whole.jpg'), jpeg);
  writeFileSync(path.join(folder, 'broken', 'b-cut.jpg'), jpeg.subarray(0, jpeg.length / 2));
  writeFileSync(path.join(folder, 'broken', 'c-text.png'), 'not an image');
  writeFileSync(path.join(folder, 'broken', 'd-short.pgm'), 'P5 64 64 255 abc');
});

describe('decodedStore', () => {
  it('gives the same pixels kept or streamed, with one thread or three, changed by image and epoch alone', async () => {
    const images = await folderImages(path.join(folder, 'whole'), path.join(folder, 'cache'));
    const augment = augmentBy([
      { name: 'horizontal-flip', options: { p: 0.5 } },
      { name: 'color-jitter', options: { brightness: 0.2, contrast: 0, saturation: 0, hue: 0, p: 1 } },
    ]);
    const rows = Int32Array.of(8, 0, 3, 3);
    const found = await Promise.all(
      [{ memory: 'always' }, { memory: 'never', workers: 1 }, { memory: 'never', workers: 3 }].map(async (more) => {
        const { store } = await decodedStore({
          images,
          options: options({ size: [3, 5], color: 'gray', ...more }),
          augment,
          streams,
        });
        const pixels = [
          await store.pixels(rows),
          await store.pixels(rows, 0),
          await store.pixels(rows, 1),
          await store.pixels(rows, 0),
        ];
        await store.close!();
        return { shape: store.shape, pixels };
      }),
    );
    expect(found[0]!.shape).toEqual([3, 5, 1]);
    const [plain, first, second, again] = found[0]!.pixels;
    expect([...plain!]).toEqual([200, 0, 30, 30].flatMap((value) => Array(15).fill(value)));
    expect(first).toEqual(again);
    expect(first).not.toEqual(second);
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  it('decodes images once for runs that share them, and anew what another run has otherwise', async () => {
    const images = await folderImages(path.join(folder, 'whole'), path.join(folder, 'cache'));
    let read = 0;
    const counted = { ...images, read: (row: number) => (read++, images.read(row)) };
    const decoded = decodedImages();
    const pixels = async (given: object): Promise<Uint8Array> => {
      const { store } = await decodedStore({
        images: counted,
        options: options({ size: [3, 5], color: 'gray', ...given }),
        streams,
        decoded,
      });
      const found = await store.pixels(Int32Array.of(1, 8));
      await store.close!();
      return found;
    };
    const [first, again] = [await pixels({}), await pixels({})];
    expect(again).toEqual(first);
    expect(read).toBe(images.length);
    expect((await pixels({ size: [1, 1] })).length).toBe(2);
    expect(await pixels({})).toEqual(first);
    expect(read).toBe(3 * images.length);
  });

  it('names or leaves out broken images for every run that shares them', async () => {
    const images = await folderImages(path.join(folder, 'broken'), path.join(folder, 'cache'));
    const decoded = decodedImages();
    const open = (broken: 'fatal' | 'skip') =>
      decodedStore({ images, options: options({ size: 4, broken }), streams, decoded });
    await expect(open('fatal')).rejects.toThrow('3 images cannot be decoded');
    const { store, broken } = await open('skip');
    expect([...broken.keys()]).toEqual([1, 2, 3]);
    await store.close!();
    await expect(open('fatal')).rejects.toThrow('3 images cannot be decoded');
  });

  it('keeps the size of the images where none is asked for, and refuses another', async () => {
    const images = await folderImages(path.join(folder, 'whole'), path.join(folder, 'cache'));
    const { store } = await decodedStore({ images, options: options({}), streams });
    expect(store.shape).toEqual([2, 4, 3]);
    await store.close!();
    const mixed = await folderImages(folder, path.join(folder, 'cache'));
    await expect(decodedStore({ images: mixed, options: options({}), streams })).rejects.toThrow(
      /0\.png: it has 2 × 4 pixels, the first image 64 × 64; `size` brings/,
    );
  });

  it.each(['auto', 'never'])('names every broken image and why, with memory: %s', async (memory) => {
    const images = await folderImages(path.join(folder, 'broken'), path.join(folder, 'cache'));
    const open = async () => {
      const { store } = await decodedStore({ images, options: options({ size: 8, memory }), streams });
      try {
        return await store.pixels(Int32Array.of(0, 1, 2, 3));
      } finally {
        await store.close!();
      }
    };
    await expect(open()).rejects.toThrow(
      new RegExp(
        [
          '3 images cannot be decoded:',
          'b-cut\\.jpg: .*',
          'c-text\\.png: .*unsupported image format',
          'd-short\\.pgm: it holds 3 of 64 × 64 × 1 bytes',
        ].join('[^]*'),
      ),
    );
  });

  it.each(['auto', 'never'])('leaves broken images out by option, and says which, with memory: %s', async (memory) => {
    const images = await folderImages(path.join(folder, 'broken'), path.join(folder, 'cache'));
    const { store, broken } = await decodedStore({
      images,
      options: options({ size: 8, memory, broken: 'skip' }),
      streams,
    });
    expect([...broken.keys()]).toEqual([1, 2, 3]);
    await store.close!();
  });
});
