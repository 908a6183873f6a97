import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { decodedStore } from './decoded-store.ts';
import type { EncodedImages } from './encoded-images.ts';
import { folderImages } from './folder-images.ts';
import { imageOptions } from './image-options.ts';
import { zipFixture } from '../archives/zip-fixture.ts';
import { zipImages } from './zip-images.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-below-'));
const folder = path.join(root, 'images');
const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#fff' } })
  .png()
  .toBuffer();
const put = (...names: string[]): void => {
  for (const name of names) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), png);
  }
};
beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  put('a/1.png', 'b/1.jfif');
});
afterAll(() => rmSync(root, { recursive: true }));

const open = async () => {
  const said: string[] = [];
  const images = await folderImages(folder, path.join(root, 'cache'), (message) => said.push(message));
  return { images, said };
};
const namesOf = (images: EncodedImages): string[] =>
  Array.from({ length: images.length }, (_, row) => images.name(row));

describe('folderImages', () => {
  it('leaves out what is hidden or of a system, and says what it left out by ending and reason', async () => {
    put(
      '.ipynb_checkpoints/x.png',
      'a/.ipynb_checkpoints/1.png',
      'b/@eaDir/1.png/thumb.png',
      '__MACOSX/a/1.png',
      'a/._1.png',
      'c/1.bmp',
      'c/2.BMP',
      'LICENSE',
      'Thumbs.db',
    );
    mkdirSync(path.join(folder, 'd'));
    const { images, said } = await open();
    expect(namesOf(images)).toEqual(['a/1.png', 'b/1.jfif']);
    expect(said).toHaveLength(1);
    expect(said[0]!.replace(folder, 'images')).toBe(
      'Left out below images: 2 files that end in .bmp, 1 file that ends in no ending, 6 hidden or of a system, 2 folders without an image.',
    );
  });

  it('says nothing where nothing is left out', async () => {
    expect((await open()).said).toEqual([]);
  });

  it('takes a link that leads nowhere for a broken image', async () => {
    symlinkSync('/nowhere/at/all.png', path.join(folder, 'a', '2.png'));
    const { images } = await open();
    const options = (given: object) => z.strictObject(imageOptions).parse(given);
    await expect(decodedStore({ images, options: options({}), streams: new RandomStreams(1) })).rejects.toThrow(
      /An image cannot be decoded:\n {2}.*2\.png: it is a link that leads nowhere, to \/nowhere\/at\/all\.png\.\n.*broken: skip/,
    );
    const { store, broken } = await decodedStore({
      images,
      options: options({ broken: 'skip' }),
      streams: new RandomStreams(1),
    });
    expect([...broken.keys()]).toEqual([1]);
    await store.close!();
  });

  it('follows links to other folders, and refuses one that makes images stand twice', async () => {
    cpSync(path.join(folder, 'a'), path.join(root, 'elsewhere'), { recursive: true });
    symlinkSync(path.join(root, 'elsewhere'), path.join(folder, 'c'));
    expect(namesOf((await open()).images)).toEqual(['a/1.png', 'b/1.jfif', 'c/1.png']);
    symlinkSync('..', path.join(folder, 'a', 'loop'));
    await expect(open()).rejects.toThrow(
      `${path.join(folder, 'a', 'loop')}/ and ${folder} are one folder, by a link: its images would count twice`,
    );
  });

  it('says of a zip file what it says of a folder', async () => {
    const file = path.join(root, 'set.zip');
    writeFileSync(file, zipFixture(['a/1.png', 'a/2.bmp', '__MACOSX/a/._1.png'].map((name) => ({ name, bytes: png }))));
    const said: string[] = [];
    const images = await zipImages(file, (message) => said.push(message));
    expect(namesOf(images)).toEqual(['a/1.png']);
    expect(said).toEqual([`Left out below ${file}: 1 file that ends in .bmp, 1 hidden or of a system.`]);
    await images.close!();
  });
});
