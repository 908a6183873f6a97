import { describe, expect, it } from 'vitest';
import { expectedItems, expectedLayout, itemsByPath, listed } from '#test/layouts';
import plugin from './index.ts';

const expected = expectedLayout('market-1501');

describe('market-1501', () => {
  it('reads training, query and gallery, persons and cameras as published; junk has no role', async () => {
    const found = await listed(plugin, { path: expected.root });
    expect(itemsByPath(found, 'camera')).toEqual(
      expectedItems(
        expected,
        'metric',
        (item) => String(item.class),
        ({ camera }) => ({ camera: String(camera) }),
      ),
    );
    expect(found.skipped).toEqual({ 'junk (person -1), passed over in every ranking': 4, 'no image': 3 });
  });

  it('leaves to each query what is relevant and not passed over', async () => {
    const { items } = await listed(plugin, { path: expected.root });
    for (const [name, { relevant }] of Object.entries(expected.queries)) {
      const query = items.find(({ path }) => path === name)!;
      const own = items.filter((item) => item.role === 'gallery' && item.class === query.class);
      const kept = own.filter(({ columns }) => columns['camera'] !== query.columns['camera']);
      expect(kept.map(({ path }) => path).sort()).toEqual([...relevant].sort());
    }
  });

  it('names the folders of a download that lacks them', async () => {
    await expect(listed(plugin, { path: `${expected.root}/query` })).rejects.toThrow(
      /Market-1501 has bounding_box_train or [^]*zheng-lab-anu/,
    );
  });
});
