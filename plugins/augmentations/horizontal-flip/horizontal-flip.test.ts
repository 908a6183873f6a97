import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('mirrors rows, all channels of a pixel together', async () => {
  const made = plugin.create(plugin.schema.parse({}), { streams }) as Augmentation;
  const image = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), height: 1, width: 2, channels: 3 };
  expect([...(await made.apply(image, streams.stream('draw'))).data]).toEqual([4, 5, 6, 1, 2, 3]);
  expect(made.p).toBe(0.5);
});
