import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { labelByClass } from './labeled-images.ts';
import { splitRows } from './split-rows.ts';
import { splitRule } from './split-rule.ts';

const baseDirectory = mkdtempSync(path.join(tmpdir(), 'ablate-split-'));
afterAll(() => rmSync(baseDirectory, { recursive: true }));
/** Classes a/0 … a/3, b/0 … b/3 of five images each, and two images of no class. */
const names = [...Array(40).keys()].map((row) => `${row < 20 ? 'a' : 'b'}/${Math.floor(row / 5) % 4}/${row % 5}.png`);
const { labels, classNames } = labelByClass(40, (row) => names[row]!.slice(0, 3));
const images = {
  length: 42,
  name: (row: number) => names[row] ?? `none${row}.png`,
  labels: Int32Array.from([...labels, -1, -1]),
  classNames,
};
const split = async (rule: unknown) => {
  const rows = await splitRows(splitRule.parse(rule), images, { baseDirectory, cacheDirectory: baseDirectory });
  const classesOf = (role: Int32Array) =>
    [...new Set(Array.from(role, (row) => images.labels[row]!))].sort((x, y) => x - y);
  return {
    rows,
    classes: { train: classesOf(rows.train), validation: classesOf(rows.validation), test: classesOf(rows.test) },
  };
};

describe('splitRows', () => {
  it('by image: the same share of every class; images of no class are for test; the test images stay when validation is set aside', async () => {
    const { rows, classes } = await split([0.8, 0.2]);
    expect([rows.train.length, rows.validation.length, rows.test.length]).toEqual([32, 0, 10]);
    expect(classes.train).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(classes.test).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, 7]);
    const three = (await split([0.6, 0.2, 0.2])).rows;
    expect(three.test).toEqual(rows.test);
    expect([...three.train, ...three.validation].sort((x, y) => x - y)).toEqual([...rows.train]);
    expect((await split({ by: 'image', shares: [0.8, 0.2], seed: 1 })).rows.test).not.toEqual(rows.test);
  });

  it('by image in counts', async () => {
    const { rows } = await split([30, 4, 6]);
    expect([rows.train.length, rows.validation.length, rows.test.length]).toEqual([30, 4, 8]);
  });

  it('by class: in order of name, or drawn; never one class in two roles', async () => {
    expect((await split({ by: 'class', shares: [4, 1, 3] })).classes).toEqual({
      train: [0, 1, 2, 3],
      validation: [4],
      test: [-1, 5, 6, 7],
    });
    const { classes } = await split({ by: 'class', shares: [0.5, 0.5], seed: 1 });
    expect(classes.train).not.toEqual([0, 1, 2, 3]);
    expect([...classes.train, ...classes.test].sort()).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('by group: the classes of one folder stay together', async () => {
    expect((await split({ by: 'group', shares: [1, 1] })).classes).toEqual({
      train: [0, 1, 2, 3],
      validation: [],
      test: [-1, 4, 5, 6, 7],
    });
  });

  it('by fold: the last half locked for test, each fold of the others once for validation', async () => {
    const folds = await Promise.all([0, 1, 2, 3].map(async (fold) => (await split({ by: 'fold', fold })).classes));
    expect(folds.map(({ validation }) => validation)).toEqual([[0], [1], [2], [3]]);
    expect(folds[1]!.train).toEqual([0, 2, 3]);
    for (const { test } of folds) expect(test).toEqual([-1, 4, 5, 6, 7]);
  });

  it('by name of classes or of their folders', async () => {
    expect((await split({ by: 'name', train: ['a'], validation: ['b/0'], test: ['b/2', 'b/3'] })).classes).toEqual({
      train: [0, 1, 2, 3],
      validation: [4],
      test: [-1, 6, 7],
    });
  });

  it('by lists of names', async () => {
    writeFileSync(path.join(baseDirectory, 'train.txt'), '# a list\nb/1/0.png\n\na/0/3.png\r\n');
    writeFileSync(path.join(baseDirectory, 'test.txt'), 'none41.png\na/0/2.png');
    const { rows } = await split({ by: 'list', train: 'train.txt', test: 'test.txt' });
    expect(rows).toEqual({ train: Int32Array.of(3, 25), validation: Int32Array.of(), test: Int32Array.of(2, 41) });
    writeFileSync(path.join(baseDirectory, 'bad.txt'), 'a/0/0.png\nb/1/0.png\n');
    await expect(split({ by: 'list', train: 'train.txt', test: 'bad.txt' })).rejects.toThrow(
      /bad\.txt:2 lists b\/1\/0\.png, which .*train\.txt:2 lists already/,
    );
    writeFileSync(path.join(baseDirectory, 'bad.txt'), 'a/0/9.png');
    await expect(split({ by: 'list', train: 'bad.txt' })).rejects.toThrow(
      /bad\.txt:1 lists a\/0\/9\.png, which no image of the data set is called/,
    );
    writeFileSync(path.join(baseDirectory, 'bad.txt'), 'none40.png');
    await expect(split({ by: 'list', train: 'bad.txt' })).rejects.toThrow(
      'none40.png for training, which has no class',
    );
    writeFileSync(path.join(baseDirectory, 'bad.txt'), '# ablate split list 2: train, 1 images\na/0/0.png');
    await expect(split({ by: 'list', train: 'bad.txt' })).rejects.toThrow(
      /bad\.txt:1 is a split list of another version/,
    );
  });

  it('says which shares come to no image', async () => {
    const said: string[] = [];
    await splitRows(splitRule.parse([0.95, 0.05]), images, {
      baseDirectory,
      cacheDirectory: baseDirectory,
      warn: (message) => said.push(message),
    });
    expect(said).toEqual([
      'split: [0.95, 0.05] leaves no image for test: shares are of each class, and the largest class has 5 images.',
    ]);
    const single = { length: 2, name: String, labels: Int32Array.of(0, 1), classNames: ['a', 'b'] };
    await splitRows(splitRule.parse([0.5, 0.5]), single, {
      baseDirectory,
      cacheDirectory: baseDirectory,
      warn: (message) => said.push(message),
    });
    expect(said[1]).toBe(
      'split: [0.5, 0.5] leaves no image for training: shares are of each class, and the largest class has 1 image.',
    );
  });

  it.each([
    [{ by: 'class', shares: [8, 1] }, 'split: [8, 1] asks for 9, but classes: the data set holds 8'],
    [{ by: 'name', train: ['c'] }, 'split.train names c, which no class and no folder of classes is called'],
    [{ by: 'name', train: ['a'], test: ['a/0'] }, 'split puts the class a/0 into train and test'],
    [{ by: 'fold', fold: 4 }, 'split.fold is 4, where 4 folds end at 3'],
    [{ by: 'fold', folds: 5 }, 'split.folds asks for 5 folds of 4 classes'],
    [[0.9, 0.2], 'shares out 1.1, more than everything'],
  ])('refuses %j', async (rule, message) => {
    await expect(split(rule)).rejects.toThrow(message);
  });
});
