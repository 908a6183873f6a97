import { RandomStreams, type Augmentation, type Raster } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

const image = (): Raster => ({ data: Uint8Array.of(1, 2, 3, 4), height: 2, width: 2, channels: 1 });

it('moves the image by at most the padding, and every place comes up', async () => {
  const made = plugin.create(plugin.schema.parse({ padding: 1 }), { streams }) as Augmentation;
  const found = new Set<string>();
  for (let draw = 0; draw < 200; draw++)
    found.add(String((await made.apply(image(), streams.stream('draw', draw))).data));
  expect(found.size).toBe(9);
  expect(found).toContain('1,2,3,4');
  expect(found).toContain('4,0,0,0');
  expect(found).toContain('0,0,0,1');
});

it('refuses a part that is larger than the image with its padding: before anything is read, and of an image', async () => {
  const made = plugin.create(plugin.schema.parse({ size: 5, padding: 1 }), { streams }) as Augmentation;
  const message = 'pad-crop cuts 5 × 5 pixels out of 4 × 4, padding and all: no place is left for it';
  expect(() => made.sizeAfter([2, 2])).toThrow(message);
  expect(() => made.apply(image(), streams.stream('draw'))).toThrow(message);
  expect(made.sizeAfter([3, 9])).toEqual([5, 5]);
});
