import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('brings the shorter side to one number, and both to two', () => {
  const sizeOf = (size: unknown, before: readonly [number, number] | undefined) =>
    (plugin.create(plugin.schema.parse({ size }), { streams }) as Augmentation).sizeAfter(before);
  expect(sizeOf(10, [20, 35])).toEqual([10, 17]);
  expect(sizeOf(10, [35, 20])).toEqual([17, 10]);
  expect(sizeOf(10, undefined)).toBeUndefined();
  expect(sizeOf([10, 4], undefined)).toEqual([10, 4]);
});

it('takes the mean of what becomes one pixel, weighed by the filter', async () => {
  const made = plugin.create(plugin.schema.parse({ size: [1, 1] }), { streams }) as Augmentation;
  const image = { data: Uint8Array.of(10, 30), height: 1, width: 2, channels: 1 };
  expect([...(await made.apply(image, streams.stream('draw'))).data]).toEqual([20]);
});
