import { RandomStreams } from 'ablate-ml';
import { describe, expect, it } from 'vitest';
import { expectedItems, expectedLayout, itemsByPath, listed } from '#test/layouts';
import plugin from './index.ts';

describe.each(['ijb-b', 'ijb-c'])('ijb reads %s', (layout) => {
  const expected = expectedLayout(layout) as ReturnType<typeof expectedLayout> & {
    pairs: [number, number, number][];
    templates: Record<string, number>;
    gallery1: Record<string, number>;
    gallery2: Record<string, number>;
    probes: [number, number][];
  };
  const listOf = (template: unknown): string =>
    String(template) in expected.gallery1 ? 'gallery-1' : String(template) in expected.gallery2 ? 'gallery-2' : 'probe';

  it('faces with template, medium, subject, list and the score of the detector', async () => {
    const found = await listed(plugin, { path: expected.root });
    const items = expected.items.map((item) => ({ ...item, test: 'test' }));
    expect(itemsByPath(found, 'template', 'media', 'list', 'detector')).toEqual(
      expectedItems(
        { items },
        'test',
        ({ subject }) => String(subject),
        ({ template, media, score }) => ({
          template: String(template),
          media: String(media),
          list: listOf(template),
          detector: score,
        }),
      ),
    );
  });

  it('pairs of templates, each named by its first face', async () => {
    const dataset = await plugin.create(plugin.schema.parse({ path: expected.root, size: 8 }), {
      streams: new RandomStreams(1),
      baseDirectory: '.',
      cacheDirectory: '.',
    });
    const { images, left, right, same } = dataset.pairs!;
    const template = images.columns!['template']!;
    const nameAt = (row: number): number =>
      template.kind === 'label' ? Number(template.names[template.values[row]!]) : -1;
    expect(Array.from(left, (row, pair) => [nameAt(row), nameAt(right[pair]!), same[pair]])).toEqual(expected.pairs);
    await dataset.close!();
  });
});

it('names the file of a folder that lacks it', async () => {
  await expect(listed(plugin, { path: `${expectedLayout('ijb-c').root}/meta` })).rejects.toThrow(
    /IJB-C has meta\/ijbc_face_tid_mid\.txt[^]*insightface/,
  );
});
