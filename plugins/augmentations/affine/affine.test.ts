import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('moves by whole pixels, at most by the share that is asked for', async () => {
  const made = plugin.create(plugin.schema.parse({ translate: [0.5, 0] }), { streams }) as Augmentation;
  const found = new Set<string>();
  for (let draw = 0; draw < 100; draw++) {
    const image = { data: Uint8Array.of(1, 2, 3, 4), height: 1, width: 4, channels: 1 };
    found.add(String((await made.apply(image, streams.stream('draw', draw))).data));
  }
  expect([...found].sort()).toEqual(['0,0,1,2', '0,1,2,3', '1,2,3,4', '2,3,4,0', '3,4,0,0']);
});

it('changes nothing by default', async () => {
  const made = plugin.create(plugin.schema.parse({}), { streams }) as Augmentation;
  const image = { data: Uint8Array.of(1, 2, 3, 4), height: 2, width: 2, channels: 1 };
  expect([...(await made.apply(image, streams.stream('draw'))).data]).toEqual([1, 2, 3, 4]);
});
