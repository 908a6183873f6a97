import { RandomStreams, type Augmentation, type Raster } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('cuts parts of the area and proportions asked for, of one size afterwards, at places that differ', async () => {
  const made = plugin.create(plugin.schema.parse({ size: 4, scale: [0.25, 0.25], ratio: [1, 1] }), {
    streams,
  }) as Augmentation;
  // Pixel (y, x) is 8 y + x: four of sixteen by four of sixteen, unresized.
  const image = (): Raster => ({
    data: Uint8Array.from({ length: 64 }, (_, at) => at),
    height: 8,
    width: 8,
    channels: 1,
  });
  const corners = new Set<number>();
  for (let draw = 0; draw < 200; draw++) {
    const part = await made.apply(image(), streams.stream('draw', draw));
    const first = part.data[0]!;
    expect([...part.data]).toEqual([0, 8, 16, 24].flatMap((row) => [0, 1, 2, 3].map((column) => first + row + column)));
    corners.add(first);
  }
  expect(corners.size).toBe(25);
});

it('takes the largest part in the middle where none of the proportions fits', async () => {
  const made = plugin.create(plugin.schema.parse({ size: [2, 1], scale: [1, 1], ratio: [0.5, 0.5] }), {
    streams,
  }) as Augmentation;
  const line = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), height: 2, width: 3, channels: 1 };
  expect([...(await made.apply(line, streams.stream('draw'))).data]).toEqual([2, 5]);
});
