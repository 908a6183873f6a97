import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedItems, expectedLayout, itemsByPath, listed } from '#test/layouts';
import plugin from './index.ts';

const expected = expectedLayout('veri-776');
const names = (list: string): ReadonlyMap<number, string> =>
  new Map(
    readFileSync(path.join(expected.root, list), 'utf8')
      .split('\n')
      .map((line) => [Number.parseInt(line, 10), line.replace(/^\d+\s*/, '').trim()]),
  );
const [colors, types] = [names('list_color.txt'), names('list_type.txt')];

describe('veri-776', () => {
  it('reads training, query and gallery, vehicles, cameras, colors and types as published', async () => {
    const found = await listed(plugin, { path: expected.root });
    expect(itemsByPath(found, 'camera', 'color', 'type')).toEqual(
      expectedItems(
        expected,
        'metric',
        (item) => String(item.class),
        ({ camera, colour, type }) => ({
          camera: String(camera),
          color: colors.get(Number(colour)),
          type: types.get(Number(type)),
        }),
      ),
    );
  });

  it('leaves to each query what the published index files call right', async () => {
    const { items } = await listed(plugin, { path: expected.root });
    for (const [name, { relevant }] of Object.entries(expected.queries)) {
      const query = items.find((item) => item.path === name)!;
      const own = items.filter((item) => item.role === 'gallery' && item.class === query.class);
      const kept = own.filter(({ columns }) => columns['camera'] !== query.columns['camera']);
      expect(kept.map((item) => item.path).sort()).toEqual([...relevant].sort());
    }
  });

  it('names the list of a folder that lacks it', async () => {
    await expect(listed(plugin, { path: `${expected.root}/image_test` })).rejects.toThrow(
      /VeRi-776 has name_train\.txt[^]*VeRidataset/,
    );
  });
});
