import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectedLayout } from '#test/layouts';
import { RandomStreams, type Role } from 'ablate-ml';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';

const catalogue = await createCatalogue();
const layouts = {
  'cub-200': 'cub-200-2011',
  'cars-196': 'cars196',
  'stanford-online-products': 'stanford-online-products',
  'in-shop': 'in-shop',
  'inaturalist-2018': 'inaturalist-2018',
  'market-1501': 'market-1501',
  'veri-776': 'veri-776',
  'google-landmarks-v2': 'google-landmarks-v2',
  ijb: 'ijb-b',
};
const roles: readonly Role[] = ['train', 'validation', 'test', 'gallery', 'probe'];

describe.each(Object.entries(layouts))('the pixels of %s', (name, layout) => {
  it('are those of each image: gray, turned or of four inks too', async () => {
    const { root, items } = expectedLayout(layout);
    const { manifest } = await catalogue.load('dataset', name, root);
    const dataset = await manifest.create(manifest.schema.parse({ path: root, size: 24, fit: 'fill' }), {
      streams: new RandomStreams(1),
      baseDirectory: root,
      cacheDirectory: path.join(root, 'none'),
      warn: () => undefined,
    });
    const seen = new Map(items.map((item) => [item.path, item]));
    for (const split of roles.flatMap((role) => dataset.split(role) ?? [])) {
      for (let index = 0; index < split.length; index++) {
        const { mean } = seen.get(split.source!(index)) as { mean?: readonly number[] };
        if (!mean) continue;
        const pixels = await split.images(Int32Array.of(index));
        for (const channel of [0, 1, 2]) {
          const values = pixels.filter((_, at) => at % 3 === channel);
          const own = ((values.reduce((sum, value) => sum + value, 0) / values.length + 1) * 255) / 2;
          expect(Math.abs(own - mean[channel]!), `${split.source!(index)} ${channel}`).toBeLessThan(4);
        }
      }
    }
    await dataset.close!();
  });
});
