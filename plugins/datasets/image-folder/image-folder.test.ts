import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RandomStreams, type Dataset } from 'ablate-ml';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { itWithData } from '#test/data-folder';
import plugin from './index.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ablate-folder-'));
afterAll(() => rmSync(root, { recursive: true }));
const make = async (options: object): Promise<Dataset> =>
  plugin.create(plugin.schema.parse(options), {
    streams: new RandomStreams(1),
    baseDirectory: root,
    cacheDirectory: path.join(root, 'cache'),
  });
const sources = (dataset: Dataset, role: 'train' | 'validation' | 'test'): string[] => {
  const split = dataset.split(role);
  return Array.from(
    { length: split?.length ?? 0 },
    (_, index) => `${split!.classNames[split!.labels[index]!]} ${split!.source!(index)}`,
  );
};
const paint = async (name: string, value: number, size = 2): Promise<void> => {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(
    path.join(root, name),
    await sharp({ create: { width: size, height: size, channels: 3, background: { r: value, g: value, b: value } } })
      .png()
      .toBuffer(),
  );
};
await paint('flat/s10/a.png', 255);
await paint('flat/s2/a.png', 0);
await paint('flat/s2/deeper/b.PNG', 51);
await paint('roles/train/cat/1.png', 0);
await paint('roles/test/cat/2.png', 255);
await paint('roles/test/dog/3.png', 255);
writeFileSync(path.join(root, 'flat', 'notes.txt'), 'not an image');

describe('image-folder', () => {
  it('takes each folder for a class, in natural order, and every image once', async () => {
    const dataset = await make({ path: 'flat', split: [1, 0] });
    const train = dataset.split('train')!;
    expect(sources(dataset, 'train')).toEqual(['s10 s10/a.png', 's2 s2/a.png', 's2/deeper s2/deeper/b.PNG']);
    expect(train.classNames).toEqual(['s2', 's2/deeper', 's10']);
    expect(dataset.imageShape).toEqual([2, 2, 3]);
    expect([...(await train.images(Int32Array.of(2, 0)))]).toEqual([
      ...Array(12).fill(Math.fround(-0.6)),
      ...Array(12).fill(1),
    ]);
    await dataset.close!();
  });

  it('says that an image trains and is evaluated on under another name, or is of two classes', async () => {
    for (const [name, value] of [
      ['train/cat/1', 10],
      ['train/dog/2', 20],
      ['test/cat/3', 10],
      ['test/dog/4', 10],
      ['test/dog/5', 30],
    ] as const)
      await paint(`twice/${name}.png`, value);
    const warnings: string[] = [];
    const dataset = await plugin.create(plugin.schema.parse({ path: 'twice', split: 'folders' }), {
      streams: new RandomStreams(1),
      baseDirectory: root,
      cacheDirectory: path.join(root, 'cache'),
      warn: (message: string) => void warnings.push(message),
    });
    const place = (name: string): string => path.join(root, 'twice', name);
    const first = place('train/cat/1.png');
    expect(
      warnings.map((message) =>
        message.replace(
          /\(the first: (.*) and (.*)\)/,
          (_, ...both) =>
            `(${both
              .slice(0, 2)
              .map((one) => path.normalize(one as string))
              .sort()
              .join(' ')})`,
        ),
      ),
    ).toEqual([
      `2 images are evaluated on and in training too, under another name (${place('test/cat/3.png')} ${first}): what is found there is memory.`,
      `One image is of two classes, under two names (${[place('test/cat/3.png'), place('test/dog/4.png')].join(' ')}).`,
    ]);
    await dataset.close!();
  });

  it('takes the roles from folders', async () => {
    const dataset = await make({ path: 'roles', split: 'folders', color: 'gray' });
    expect([sources(dataset, 'train'), sources(dataset, 'validation'), sources(dataset, 'test')]).toEqual([
      ['cat train/cat/1.png'],
      [],
      ['cat test/cat/2.png', 'dog test/dog/3.png'],
    ]);
    expect(dataset.imageShape).toEqual([2, 2, 1]);
    await expect(make({ path: 'flat', split: 'folders' })).rejects.toThrow('lie in no folder train/');
    await expect(make({ path: 'roles', split: 'folders', openSet: true })).rejects.toThrow(
      '1 of the 2 classes of test are training classes too: cat',
    );
  });

  it.each(['val', 'valid', 'dev'])('takes %s/ for validation', async (name) => {
    for (const [index, file] of ['train/cat/1.png', `${name}/cat/2.png`].entries())
      await paint(`by-${name}/${file}`, index);
    const dataset = await make({ path: `by-${name}`, split: 'folders' });
    expect([sources(dataset, 'train'), sources(dataset, 'validation')]).toEqual([
      ['cat train/cat/1.png'],
      [`cat ${name}/cat/2.png`],
    ]);
    await dataset.close!();
  });

  it('refuses a folder beside train/ that has no role, and two of one role', async () => {
    await paint('beside/train/cat/1.png', 0);
    await paint('beside/extra/cat/1.png', 0);
    await expect(make({ path: 'beside', split: 'folders' })).rejects.toThrow(
      '1.png lies beside train/, where extra names no role',
    );
    rmSync(path.join(root, 'beside', 'extra'), { recursive: true });
    await paint('beside/val/cat/1.png', 0);
    await paint('beside/valid/cat/1.png', 0);
    await expect(make({ path: 'beside', split: 'folders' })).rejects.toThrow(
      'is for validation, as are the images of another folder',
    );
  });

  it('takes the class from the name by a pattern', async () => {
    const dataset = await make({ path: 'flat', class: '^(s\\d)', split: [1, 0] });
    expect(sources(dataset, 'train')).toEqual(['s1 s10/a.png', 's2 s2/a.png', 's2 s2/deeper/b.PNG']);
    await expect(make({ path: 'flat', class: '^(t)' })).rejects.toThrow(
      's10/a.png has no class: ^(t) finds none in s10/a.png',
    );
    await expect(make({ path: 'flat', class: 's\\d' })).rejects.toThrow(
      'class: s\\d has no group, whose text would be the class.\n  Put what is the class into parentheses: (s\\d).',
    );
    await expect(make({ path: 'flat', class: '(' })).rejects.toThrow('class: Invalid regular expression');
  });

  it('warns of classes that are one to whoever reads their names, not of such as differ in case', async () => {
    for (const name of ['caf\u00e9', 'cafe\u0301', 'A', 'a']) await paint(`kinds/${name}/1.png`, 9);
    const warnings: string[] = [];
    const context = {
      streams: new RandomStreams(1),
      baseDirectory: root,
      cacheDirectory: path.join(root, 'cache'),
      warn: (message: string) => void warnings.push(message),
    };
    await (await plugin.create(plugin.schema.parse({ path: 'kinds', split: [1, 0] }), context)).close!();
    expect(warnings.filter((message) => message.startsWith('The classes'))).toEqual([
      expect.stringContaining('differ in blanks or in the Unicode form of their letters alone, and count as two.'),
    ]);
  });

  it('searches names in linear time, and says what its expressions lack', async () => {
    await paint(`long/${'a'.repeat(200)}/x.png`, 1);
    await expect(make({ path: 'long', class: '^((a+)+)$' })).rejects.toThrow('has no class');
    await expect(make({ path: 'long', class: '(?<=a)(b)' })).rejects.toMatchObject({
      code: 'PLUGIN_OPTIONS',
      remedy: expect.stringContaining('lookbehind'),
    });
  });

  it('refuses what is not there, holds no image or has no classes', async () => {
    await expect(make({ path: 'absent' })).rejects.toThrow(`There is no readable folder ${path.join(root, 'absent')}`);
    mkdirSync(path.join(root, 'empty'), { recursive: true });
    await expect(make({ path: 'empty' })).rejects.toThrow('empty holds no image');
    await expect(make({ path: 'flat/s10' })).rejects.toThrow('it lies in no folder of its own');
  });

  it('has a digest that changes with names, sizes of files, split and decoding', async () => {
    const digest = async (options: object = {}): Promise<string> =>
      (await make({ path: 'flat', ...options })).provenance.digest;
    const first = await digest();
    expect(await digest()).toBe(first);
    expect(await digest({ workers: 2 })).toBe(first);
    expect(await digest({ color: 'gray' })).not.toBe(first);
    expect(await digest({ split: [0.5, 0.5] })).not.toBe(first);
    await paint('flat/s2/a.png', 7, 40);
    expect(await digest({ size: 2 })).not.toBe(first);
  });

  it('keeps the listing of a folder of many images, and lists it anew where one has come or gone', async () => {
    await paint('many/a/first.png', 9);
    await paint('many/b/first.png', 9);
    for (let image = 0; image < 20_000; image++)
      linkSync(path.join(root, 'many/a/first.png'), path.join(root, `many/${'ab'[image % 2]}/${image}.png`));
    const listed = async () => {
      const dataset = await make({ path: 'many', split: [1, 0], size: 2, memory: 'never' });
      await dataset.close!();
      const [index] = readdirSync(path.join(root, 'cache', 'indexes'));
      return {
        sources: sources(dataset, 'train'),
        provenance: dataset.provenance,
        made: statSync(path.join(root, 'cache', 'indexes', index!)).ino,
      };
    };
    const first = await listed();
    expect(first.sources).toHaveLength(20_002);
    expect(await listed()).toEqual(first);
    rmSync(path.join(root, 'many/b/7.png'));
    const second = await listed();
    expect(second.sources).toEqual(first.sources.filter((source) => source !== 'b b/7.png'));
    expect(second.made).not.toBe(first.made);
  });

  itWithData('reads the ORL faces from their zip of PGM files: 20 people of 10', async (data) => {
    const dataset = await make({
      path: `${data}/orl_faces/orl_faces_s1-s20.zip`,
      color: 'gray',
      split: [0.7, 0.1, 0.2],
    });
    expect(dataset.imageShape).toEqual([112, 92, 1]);
    expect((['train', 'validation', 'test'] as const).map((role) => dataset.split(role)!.length)).toEqual([
      140, 20, 40,
    ]);
    expect(dataset.split('train')!.classNames.slice(0, 3)).toEqual(['s1', 's2', 's3']);
    const pixels = await dataset.split('test')!.images(Int32Array.from({ length: 40 }, (_, index) => index));
    expect(pixels.every((pixel) => pixel >= -1 && pixel <= 1)).toBe(true);
    await dataset.close!();
  });

  itWithData('reads COIL-20 with the objects in the file names, six seen and four unseen by class', async (data) => {
    const dataset = await make({
      path: `${data}/coil20/coil20_obj1-10.zip`,
      class: '(obj\\d+)__',
      color: 'gray',
      split: { by: 'class', shares: [6, 4] },
      openSet: true,
    });
    expect([dataset.split('train')!.length, dataset.split('test')!.length]).toEqual([300, 200]);
    expect(dataset.split('test')!.classNames.slice(6)).toEqual(['obj7', 'obj8', 'obj9', 'obj10']);
    await dataset.close!();
  });
});
