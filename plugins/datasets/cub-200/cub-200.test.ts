import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectedItems, expectedLayout, itemsByPath, listed } from '#test/layouts';
import plugin from './index.ts';

const expected = expectedLayout('cub-200-2011');
const copy = mkdtempSync(path.join(tmpdir(), 'ablate-cub-'));
afterAll(() => rmSync(copy, { recursive: true }));
const className = (item: { class: unknown }): string => expected.classNames[Number(item.class) - 1]!;

describe('cub-200', () => {
  it.each(['metric', 'classification'])('reads the split %s, classes and boxes as published', async (split) => {
    const found = await listed(plugin, { path: expected.root, split });
    expect(itemsByPath(found, 'box')).toEqual(expectedItems(expected, split, className, ({ box }) => ({ box })));
    expect(found.classes).toEqual(expected.classNames);
    expect(found.skipped).toEqual({});
  });

  it('splits by metric unless asked otherwise, and says where the numbers are not the published ones', async () => {
    const found = await listed(plugin, { path: path.dirname(expected.root) });
    expect(found).toEqual({
      ...(await listed(plugin, { path: expected.root, split: 'metric' })),
      warnings: [
        'CUB-200-2011 as it is here differs from what was published: train 14 images of 3 classes (published: 5,864 of 100); test 13 images of 3 classes (published: 5,924 of 100).',
      ],
    });
  });

  it('deals classes out by a rule in the order of their numbers', async () => {
    const rule = { by: 'fold', folds: 3, fold: 0, test: 0.5 };
    const { items } = await listed(plugin, { path: expected.root, split: rule });
    const classesOf = (role: string) => [
      ...new Set(items.filter((item) => item.role === role).map((item) => item.class)),
    ];
    expect(classesOf('test')).toEqual(expected.classNames.slice(3));
    expect(classesOf('validation')).toEqual([expected.classNames[0]]);
  });

  it('names the file that a half-unpacked download lacks, and where it is', async () => {
    cpSync(expected.root, copy, { recursive: true });
    rmSync(path.join(copy, 'bounding_boxes.txt'));
    await expect(listed(plugin, { path: copy })).rejects.toThrow(
      /CUB-200-2011 has bounding_boxes\.txt, and .* has none of it\.[^]*vision\.caltech\.edu/,
    );
    await expect(listed(plugin, { path: path.join(copy, 'images') })).rejects.toThrow('has images.txt');
  });

  it('names a missing image, or leaves it out where asked', async () => {
    cpSync(expected.root, copy, { recursive: true });
    const gone = expected.items[0]!.path;
    rmSync(path.join(copy, gone));
    await expect(listed(plugin, { path: copy })).rejects.toThrow(
      new RegExp(`1 of the 27 images[^]*${gone}[^]*caltech`),
    );
    const { items, skipped } = await listed(plugin, { path: copy, missing: 'skip' });
    expect([items.length, skipped]).toEqual([26, { 'not in the folder': 1 }]);
    expect(itemsByPath({ items }, 'box')).toEqual(
      expectedItems(expected, 'metric', className, ({ box }) => ({ box })).filter(
        (item) => !JSON.stringify(item).includes(gone),
      ),
    );
  });
});
