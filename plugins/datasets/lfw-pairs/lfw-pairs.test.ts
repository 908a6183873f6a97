import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams, type Dataset, type Role } from 'ablate-ml';
import sharp from 'sharp';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { itWithData } from '#test/data-folder';
import plugin from './index.ts';
import { readPairsFile } from './pairs-file.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-lfw-'));
afterAll(() => rmSync(root, { recursive: true }));
const make = async (options: object): Promise<Dataset> =>
  plugin.create(plugin.schema.parse(options), {
    streams: new RandomStreams(1),
    baseDirectory: root,
    cacheDirectory: root,
  });
const listed = (name: string, text: string): string => {
  writeFileSync(path.join(root, name), text);
  return name;
};
const people = (dataset: Dataset, role: Role): string[] => {
  const split = dataset.split(role);
  return Array.from({ length: split?.length ?? 0 }, (_, index) =>
    split!.source!(index).replace(/.*\/|_000|\.jpg/g, ''),
  );
};
for (const [person, count] of Object.entries({ Ann: 2, Bob: 2, Cat: 1, Dan: 3, Eve: 1 })) {
  for (let image = 1; image <= count; image++) {
    mkdirSync(path.join(root, 'lfw', person), { recursive: true });
    writeFileSync(
      path.join(root, 'lfw', person, `${person}_000${image}.jpg`),
      await sharp({ create: { width: 2, height: 2, channels: 3, background: '#888' } })
        .jpeg()
        .toBuffer(),
    );
  }
}
const whole = listed('pairs.txt', '2\t1\nAnn\t1\t2\nAnn\t1\tCat\t1\nBob\t2\t1\nBob\t1\tAnn\t2\n');

describe('lfw-pairs', () => {
  it('trains on the people whom no pair shows, and has the official pairs in their folds', async () => {
    const dataset = await make({ path: 'lfw', pairs: whole, distractors: true });
    const pairs = dataset.pairs!;
    const name = (index: number): string => pairs.images.source!(index).replace(/.*\/|_000|\.jpg/g, '');
    expect(
      Array.from(pairs.same, (same, pair) => [
        name(pairs.left[pair]!),
        name(pairs.right[pair]!),
        same,
        pairs.fold[pair],
      ]),
    ).toEqual([
      ['Ann1', 'Ann2', 1, 0],
      ['Ann1', 'Cat1', 0, 0],
      ['Bob2', 'Bob1', 1, 1],
      ['Bob1', 'Ann2', 0, 1],
    ]);
    expect(people(dataset, 'train')).toEqual(['Dan1', 'Dan2', 'Dan3']);
    expect(people(dataset, 'gallery')).toEqual(['Ann1', 'Bob1']);
    expect(people(dataset, 'probe')).toEqual(['Ann2', 'Bob2']);
    expect(people(dataset, 'test')).toEqual(['Ann1', 'Ann2', 'Bob1', 'Bob2']);
    expect(people(dataset, 'distractors')).toEqual(['Cat1', 'Eve1']);
    expect(pairs.images.labels[pairs.left[1]!]).toBe(dataset.split('gallery')!.labels[0]);
    expect(dataset.split('pairs')).toBe(pairs.images);
    await dataset.close!();
  });

  it('trains on a share of the people and leaves their pairs out, saying so', async () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const dataset = await make({ path: 'lfw', pairs: whole, train: 0.34 });
    const trained = new Set(people(dataset, 'train').map((name) => name.slice(0, 3)));
    expect(trained.size).toBe(1);
    for (const role of ['test', 'pairs'] as const)
      expect(people(dataset, role).filter((name) => trained.has(name.slice(0, 3)))).toEqual([]);
    const shown = [...trained].includes('Dan') ? 4 : [...trained].includes('Bob') ? 2 : 1;
    expect(dataset.pairs!.same).toHaveLength(shown);
    if (shown < 4)
      expect(write.mock.calls.flat().join('')).toContain(
        `${shown} of the 4 pairs are used: 0 lack an image, ${4 - shown} show a training person.`,
      );
    write.mockRestore();
    await dataset.close!();
  });

  it('takes names with blanks where tabs part the cells', async () => {
    writeFileSync(path.join(root, 'own.txt'), '1\nAnn A\t1\t2\nAnn A\t1\tBob B\t3\n');
    expect((await readPairsFile(path.join(root, 'own.txt'))).map(({ left, right }) => [left, right])).toEqual([
      ['Ann A/Ann A_0001', 'Ann A/Ann A_0002'],
      ['Ann A/Ann A_0001', 'Bob B/Bob B_0003'],
    ]);
  });

  it('refuses images that differ by their endings alone', async () => {
    mkdirSync(path.join(root, 'endings', 'Ann'), { recursive: true });
    for (const ending of ['jpg', 'png']) writeFileSync(path.join(root, 'endings', 'Ann', `Ann_0001.${ending}`), 'x');
    await expect(make({ path: 'endings', pairs: whole })).rejects.toThrow('are both Ann/Ann_0001');
  });

  it('counts and names missing images, fatal unless allowed', async () => {
    const pairs = listed('gaps.txt', '1\nAnn\t1\t2\nAnn\t1\tZoe\t12\n');
    await expect(make({ path: 'lfw', pairs })).rejects.toThrow(
      `1 of the 3 images that ${path.join(root, pairs)} lists are not there:\n  Zoe/Zoe_0012.`,
    );
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const dataset = await make({ path: 'lfw', pairs, missing: 'skip' });
    expect(dataset.pairs!.same).toEqual(Uint8Array.of(1));
    expect(write.mock.calls.flat().join('')).toContain(
      'Zoe/Zoe_0012\n1 of the 2 pairs are used: 1 lack an image, 0 show a training person.',
    );
    write.mockRestore();
    await dataset.close!();
  });

  it.each([
    ['no header', 'Ann\t1\t2\n', 'bad.txt:1 reads "Ann\\t1\\t2", where the numbers of folds and pairs stand'],
    [
      'too few pairs',
      '2\t1\nAnn\t1\t2\nAnn\t1\tCat\t1\n',
      'bad.txt:3 is the last of 2 pairs, where 2 folds of twice 1 are 4',
    ],
    ['a broken line', '1\nAnn\t1\t2\nAnn\t1\tCat\n', 'bad.txt:3 reads "Ann\\t1\\tCat", where a pair of two people'],
  ])('refuses a pairs file with %s', async (_, text, message) => {
    await expect(make({ path: 'lfw', pairs: listed('bad.txt', text) })).rejects.toThrow(message);
  });

  itWithData('parses the official pairs.txt into 6,000 pairs of 10 folds', async (data) => {
    const pairs = await readPairsFile(`${data}/lfw/pairs.txt`);
    expect(pairs).toHaveLength(6000);
    for (let fold = 0; fold < 10; fold++) {
      const kinds = pairs.filter((pair) => pair.fold === fold).map(({ same }) => same);
      expect([kinds.filter(Boolean).length, kinds.length]).toEqual([300, 600]);
    }
    expect(pairs[0]).toEqual({
      left: 'Abel_Pacheco/Abel_Pacheco_0001',
      right: 'Abel_Pacheco/Abel_Pacheco_0004',
      same: true,
      fold: 0,
    });
    expect(await readPairsFile(`${data}/lfw/pairsDevTrain.txt`)).toHaveLength(2200);
  });

  itWithData('finds the 4,007 pairs whose pictures are there, and names the missing ones', async (data) => {
    const place = {
      path: `${data}/lfw/lfw_gray112_train_people.zip`,
      pairs: `${data}/lfw/pairs.txt`,
      color: 'gray',
      size: 16,
    };
    await expect(make(place)).rejects.toThrow(/\d+ of the 7701 images that .*pairs\.txt lists are not there:\n/);
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const dataset = await make({ ...place, missing: 'skip', minPerClass: 1, memory: 'never' });
    write.mockRestore();
    expect([dataset.pairs!.same.length, dataset.pairs!.same.reduce((sum, same) => sum + same, 0)]).toEqual([
      4007, 2106,
    ]);
    expect([dataset.split('train')!.length, dataset.split('train')!.classNames.length]).toEqual([1308, 1246]);
    await dataset.close!();
  });
});
