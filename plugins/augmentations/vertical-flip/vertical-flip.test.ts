import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('turns the order of rows around', async () => {
  const made = plugin.create(plugin.schema.parse({}), { streams }) as Augmentation;
  const image = { data: Uint8Array.of(1, 2, 3, 4), height: 2, width: 2, channels: 1 };
  expect([...(await made.apply(image, streams.stream('draw'))).data]).toEqual([3, 4, 1, 2]);
  expect(made.p).toBe(0.5);
});
