import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('gives all channels the weighed mean, and leaves one channel alone', async () => {
  const made = plugin.create(plugin.schema.parse({}), { streams }) as Augmentation;
  const image = { data: Uint8Array.of(200, 101, 0), height: 1, width: 1, channels: 3 };
  expect([...(await made.apply(image, streams.stream('draw'))).data]).toEqual([119, 119, 119]);
  const gray = { data: Uint8Array.of(7), height: 1, width: 1, channels: 1 };
  expect([...(await made.apply(gray, streams.stream('draw'))).data]).toEqual([7]);
  expect(made.p).toBe(0.1);
});
