import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams, type Dataset, type Split } from 'ablate-ml';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { itWithData } from '#test/data-folder';
import plugin from './index.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-omniglot-'));
afterAll(() => rmSync(root, { recursive: true }));
const make = async (options: object): Promise<Dataset> =>
  plugin.create(plugin.schema.parse(options), {
    streams: new RandomStreams(1),
    baseDirectory: root,
    cacheDirectory: root,
  });
const sources = (split: Split): string[] => Array.from({ length: split.length }, (_, index) => split.source!(index));
const alphabets = (split: Split): string[] => [...new Set(sources(split).map((name) => name.split('/')[0]!))];

const white = await sharp({ create: { width: 3, height: 3, channels: 3, background: '#fff' } })
  .png()
  .toBuffer();
for (const name of [
  'one/Greek/character01/0001_01.png',
  'one/Latin/character01/0002_01.png',
  'two/Greek/character01/0001_01.png',
  'two/Greek/character01/0001_02.png',
  'two/Tagalog/character02/0003_01.png',
  'other/cat.png',
]) {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), white);
}

describe('omniglot', () => {
  it('takes an alphabet that two sets hold for one, and each drawing once', async () => {
    const dataset = await make({
      path: ['one', 'two'],
      split: { by: 'name', train: ['Greek'], test: ['Latin', 'Tagalog'] },
      openSet: true,
    });
    expect(sources(dataset.split('train')!)).toEqual([
      'Greek/character01/0001_01.png',
      'Greek/character01/0001_02.png',
    ]);
    expect(sources(dataset.split('test')!)).toEqual([
      'Latin/character01/0002_01.png',
      'Tagalog/character02/0003_01.png',
    ]);
    expect(dataset.split('test')!.classNames).toEqual([
      'Greek/character01',
      'Latin/character01',
      'Tagalog/character02',
    ]);
    expect([...dataset.split('test')!.labels]).toEqual([1, 2]);
    expect(dataset.imageShape).toEqual([28, 28, 1]);
    await dataset.close!();
  });

  it('draws light on dark unless asked otherwise', async () => {
    const pixel = async (options: object): Promise<number> =>
      (await (await make({ path: 'two', split: [1, 0], ...options })).split('train')!.images(Int32Array.of(0)))[0]!;
    expect(await pixel({})).toBe(-1);
    expect(await pixel({ invert: false })).toBe(1);
  });

  it('refuses folders of other images', async () => {
    await expect(make({ path: 'other' })).rejects.toThrow(
      `${path.join(root, 'other', 'cat.png')} is not named as Omniglot's drawings are`,
    );
  });

  itWithData(
    'reads both published small sets as 242 characters of 8 alphabets, 4,840 drawings, none leaking',
    async (data) => {
      const zips = [1, 2].map((set) => `${data}/omniglot/images_background_small${set}.zip`);
      const train = ['Balinese', 'Early_Aramaic', 'Greek', 'Korean', 'Latin'];
      const dataset = await make({
        path: zips,
        split: { by: 'name', train, test: ['Japanese_(katakana)', 'Sanskrit', 'Tagalog'] },
        openSet: true,
      });
      const [seen, unseen] = [dataset.split('train')!, dataset.split('test')!];
      expect([seen.length, unseen.length, seen.classNames.length, unseen.classNames.length]).toEqual([
        2720, 2120, 136, 242,
      ]);
      expect([alphabets(seen), alphabets(unseen)]).toEqual([train, ['Japanese_(katakana)', 'Sanskrit', 'Tagalog']]);
      expect(new Set([...sources(seen), ...sources(unseen)]).size).toBe(4840);
      await dataset.close!();
    },
    120_000,
  );
});
