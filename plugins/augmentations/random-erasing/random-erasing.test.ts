import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

const erased = async (options: object, draw: number): Promise<number[]> => {
  const made = plugin.create(plugin.schema.parse(options), { streams }) as Augmentation;
  const image = { data: new Uint8Array(64).fill(9), height: 8, width: 8, channels: 1 };
  return [...(await made.apply(image, streams.stream('draw', draw))).data];
};

it('paints a rectangle of the area asked for at a place that is drawn', async () => {
  const places = new Set<number>();
  for (let draw = 0; draw < 300; draw++) {
    const pixels = await erased({ scale: [0.25, 0.25], ratio: [1, 1], value: 3 }, draw);
    const at = pixels.flatMap((value, index) => (value === 3 ? [index] : []));
    expect(at).toEqual([0, 8, 16, 24].flatMap((row) => [0, 1, 2, 3].map((column) => at[0]! + row + column)));
    places.add(at[0]!);
  }
  expect(places.size).toBe(25);
});

it('leaves an image that the rectangle would cover whole, and paints noise', async () => {
  expect(await erased({ scale: [1, 1], ratio: [1, 1] }, 0)).toEqual(Array(64).fill(9));
  expect(new Set(await erased({ scale: [0.5, 0.5], ratio: [1, 1], value: 'random' }, 0)).size).toBeGreaterThan(10);
});
