import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { expectedItems, expectedLayout, itemsByPath, listed } from '#test/layouts';
import plugin from './index.ts';

const expected = expectedLayout('inaturalist-2018');
const copy = mkdtempSync(path.join(tmpdir(), 'ablate-inat-'));
afterAll(() => rmSync(copy, { recursive: true }));

describe('inaturalist-2018', () => {
  it.each(['metric', 'classification'])('reads the split %s, species and super-classes as published', async (split) => {
    const found = await listed(plugin, { path: expected.root, split });
    expect(itemsByPath(found, 'superclass')).toEqual(
      expectedItems(
        expected,
        split,
        (item) => String(item.class),
        ({ superClass }) => ({ superclass: superClass }),
      ),
    );
    expect([...found.classes].sort()).toEqual(Object.values(expected.classNames).sort());
  });

  it('names what is missing of the split, or damaged', async () => {
    cpSync(expected.root, copy, { recursive: true });
    rmSync(path.join(copy, 'Inat_dataset_splits'), { recursive: true });
    await expect(listed(plugin, { path: copy })).rejects.toThrow(
      /has Inat_dataset_splits\/Inaturalist_train_set1\.txt[^]*Smooth_AP/,
    );
    writeFileSync(path.join(copy, 'val2018.json'), '{"images": [');
    await expect(listed(plugin, { path: copy, split: 'classification' })).rejects.toThrow(
      /val2018\.json is not the list of images[^]*visipedia/,
    );
  });
});
