import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('cuts the middle out, and pads what is smaller', async () => {
  const crop = async (size: number, fill = 0) => {
    const made = plugin.create(plugin.schema.parse({ size, fill }), { streams }) as Augmentation;
    const image = { data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), height: 3, width: 3, channels: 1 };
    return [...(await made.apply(image, streams.stream('draw'))).data];
  };
  expect(await crop(1)).toEqual([5]);
  expect(await crop(5, 7)).toEqual(
    [7, 7, 7, 7, 7, 7, 1, 2, 3, 7, 7, 4, 5, 6, 7, 7, 7, 8, 9, 7, 7, 7, 7, 7, 7].slice(0, 25),
  );
});
