import { describe, expect, it } from 'vitest';
import { expectedItems, expectedLayout, itemsByPath, listed, type ExpectedItem } from '#test/layouts';
import plugin from './index.ts';

const expected = expectedLayout('google-landmarks-v2');
const landmark = ({ class: own }: { class: unknown }): string | null => (typeof own === 'number' ? String(own) : null);

describe('google-landmarks-v2', () => {
  it.each(['full', 'clean'])('reads the training images of %s', async (split) => {
    const found = await listed(plugin, { path: expected.root, split });
    expect(itemsByPath(found)).toEqual(expectedItems(expected, split, landmark));
  });

  it('reads test images with none, one or several landmarks', async () => {
    const found = await listed(plugin, { path: expected.root, split: 'recognition' });
    const first = ({ landmarks }: ExpectedItem): string | null => (landmarks as number[])[0]?.toString() ?? null;
    expect(itemsByPath(found, 'landmarks', 'usage')).toEqual(
      expectedItems(expected, 'recognition', first, ({ landmarks, usage }) => ({
        landmarks: (landmarks as number[]).map(String),
        usage,
      })),
    );
  });

  it('reads queries with all that is relevant to each, the index, and leaves out what is ignored', async () => {
    const found = await listed(plugin, { path: expected.root, split: 'retrieval' });
    const gallery = expectedItems(expected, 'index', landmark);
    expect(itemsByPath(found).filter((item) => (item as { role: string }).role === 'gallery')).toEqual(gallery);
    const idOf = new Map(expected.items.map((item) => [item.path, item['id']]));
    const queries = found.items.filter(({ role }) => role === 'probe');
    expect(
      Object.fromEntries(queries.map(({ path, columns }) => [path, new Set(columns['relevant'] as string[])])),
    ).toEqual(
      Object.fromEntries(
        Object.entries(expected.queries as unknown as Record<string, string[]>).map(([query, relevant]) => [
          query,
          new Set(relevant.map((path) => idOf.get(path))),
        ]),
      ),
    );
    expect(found.skipped).toEqual({ 'no index image shows what the query does (Ignored)': 4 });
  });

  it('keeps the landmarks of the index apart from those of training', async () => {
    const { items } = await listed(plugin, { path: expected.root });
    expect(items.filter(({ role }) => role === 'train')).toHaveLength(18);
    expect(items.find(({ path }) => path?.startsWith('index/7'))?.class).toBe('index/16732');
  });

  it('refuses parts that overlap', () => {
    expect(plugin.schema.safeParse({ path: '.', split: ['clean', 'full'] }).success).toBe(false);
    expect(plugin.schema.safeParse({ path: '.', split: ['retrieval', 'recognition'] }).success).toBe(false);
  });

  it('names the folders of a download that lacks them', async () => {
    await expect(listed(plugin, { path: `${expected.root}/train/4` })).rejects.toThrow(
      /Google Landmarks v2 has train or [^]*cvdfoundation/,
    );
  });
});
