import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('draws one operation and its strength', async () => {
  const made = plugin.create(plugin.schema.parse({}), { streams }) as Augmentation;
  const random = streams.stream('image');
  const data = Uint8Array.from({ length: 192 }, () => random.integer(256));
  const found = new Set<string>();
  for (let draw = 0; draw < 200; draw++) {
    const image = { data: Uint8Array.from(data), height: 8, width: 8, channels: 3 };
    found.add(String((await made.apply(image, streams.stream('draw', draw))).data));
  }
  // More than the 23 of one strength, and the image itself among them.
  expect(found.size).toBeGreaterThan(50);
  expect(found).toContain(String(data));
});
