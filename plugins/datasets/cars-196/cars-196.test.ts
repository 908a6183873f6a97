import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectedItems, expectedLayout, itemsByPath, listed } from '#test/layouts';
import plugin from './index.ts';
import { matFile } from './mat-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'ablate-cars-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['cars196', 'cars196-devkit', 'cars196-by-class'])('cars-196 in the layout %s', (layout) => {
  const expected = expectedLayout(layout);
  const className = (item: { class: unknown }): string => expected.classNames[Number(item.class) - 1]!;

  it.each(['metric', 'classification'])('reads the split %s, classes and boxes as published', async (split) => {
    const found = await listed(plugin, { path: expected.root, split });
    expect(itemsByPath(found, 'box')).toEqual(expectedItems(expected, split, className, ({ box }) => ({ box })));
    expect(found.classes).toEqual(expected.classNames);
  });
});

describe('cars-196', () => {
  it('names the files that a wrong download lacks', async () => {
    await expect(listed(plugin, { path: folder })).rejects.toThrow(
      /Cars196 has cars_annos\.mat or devkit\/cars_train_annos\.mat or anno_train\.csv[^]*ai\.stanford\.edu/,
    );
    writeFileSync(path.join(folder, 'cars_annos.mat'), '<html>not found</html>');
    await expect(listed(plugin, { path: folder })).rejects.toThrow('is not a MATLAB 5 file');
    const whole = readFileSync(path.join(expectedLayout('cars196').root, 'cars_annos.mat'));
    writeFileSync(path.join(folder, 'cars_annos.mat'), whole.subarray(0, whole.length - 100));
    await expect(listed(plugin, { path: folder })).rejects.toThrow('is damaged');
  });
});

describe('matFile', () => {
  it('reads numbers of many bytes first, where the file says so', () => {
    const file = Buffer.alloc(128 + 8 + 56);
    file.write('MI', 126);
    let at = 128;
    const word = (...values: number[]): void => {
      for (const value of values) at = file.writeUInt32BE(value, at);
    };
    // A double array x of one row, two columns, its data kept in 16-bit numbers in the tag itself.
    word(14, 48, 6, 8, 6, 0, 5, 8, 1, 2);
    word((1 << 16) | 1, 0x78000000, (4 << 16) | 4, 0x01020003);
    expect([...matFile(file, 'here')]).toEqual([['x', [258, 3]]]);
  });
});
