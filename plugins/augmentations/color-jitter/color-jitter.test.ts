import { RandomStreams, type Augmentation, type Raster } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

const pixel = (): Raster => ({ data: Uint8Array.of(200, 101, 0), height: 1, width: 1, channels: 3 });
const changed = async (options: object, draw = 0): Promise<number[]> => {
  const made = plugin.create(plugin.schema.parse(options), { streams }) as Augmentation;
  return [...(await made.apply(pixel(), streams.stream('draw', draw))).data];
};

it('multiplies by factors of the range', async () => {
  expect(await changed({ brightness: [0.5, 0.5] })).toEqual([100, 50, 0]);
  // Gray of the pixel: 0.299 · 200 + 0.587 · 101 = 119.1.
  expect(await changed({ saturation: [0, 0] })).toEqual([119, 119, 119]);
  expect(await changed({ contrast: [0, 0] })).toEqual([119, 119, 119]);
  expect(await changed({})).toEqual([200, 101, 0]);
  for (let draw = 0; draw < 50; draw++) {
    const [red] = await changed({ brightness: 0.2 }, draw);
    expect(red).toBeGreaterThanOrEqual(160);
    expect(red).toBeLessThanOrEqual(240);
  }
});

it('changes in an order that is drawn', async () => {
  // Brightness first cuts red off at 255; saturation first does not.
  const found = new Set<string>();
  for (let draw = 0; draw < 20; draw++)
    found.add(String(await changed({ brightness: [2, 2], saturation: [0, 0] }, draw)));
  expect(found.size).toBe(2);
});
