import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('turns counterclockwise by a quarter', async () => {
  const made = plugin.create(plugin.schema.parse({ degrees: [90, 90] }), { streams }) as Augmentation;
  const image = { data: Uint8Array.of(1, 2, 3, 4), height: 2, width: 2, channels: 1 };
  expect([...(await made.apply(image, streams.stream('draw'))).data]).toEqual([2, 4, 1, 3]);
});

it('draws angles of the whole range', async () => {
  const made = plugin.create(plugin.schema.parse({ degrees: [-180, 180] }), { streams }) as Augmentation;
  const found = new Set<string>();
  for (let draw = 0; draw < 50; draw++) {
    const image = { data: Uint8Array.of(1, 2, 3, 4), height: 2, width: 2, channels: 1 };
    found.add(String((await made.apply(image, streams.stream('draw', draw))).data));
  }
  // Four pixels come to lie in four ways.
  expect(found.size).toBe(4);
  expect(() => plugin.schema.parse({ degrees: [10, -10] })).toThrow('the first is at most the second');
});
