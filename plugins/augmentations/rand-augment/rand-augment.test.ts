import { RandomStreams, type Augmentation, type Raster } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

const image = (): Raster => {
  const random = streams.stream('image');
  return { data: Uint8Array.from({ length: 192 }, () => random.integer(256)), height: 8, width: 8, channels: 3 };
};
const drawn = async (options: object): Promise<Set<string>> => {
  const made = plugin.create(plugin.schema.parse(options), { streams }) as Augmentation;
  const found = new Set<string>();
  for (let draw = 0; draw < 200; draw++)
    found.add(String((await made.apply(image(), streams.stream('draw', draw))).data));
  return found;
};

it('draws among all operations, in both directions', async () => {
  // Fourteen, nine of which go either way; equal results count once.
  const found = await drawn({ numOps: 1, magnitude: 20 });
  expect(found.size).toBeGreaterThan(15);
  expect(found.size).toBeLessThanOrEqual(23);
  expect(found).toContain(String(image().data));
});

it('applies as many as asked for, of a strength below the number of strengths', async () => {
  expect([...(await drawn({ numOps: 0 }))]).toEqual([String(image().data)]);
  expect((await drawn({ numOps: 3, magnitude: 20 })).size).toBeGreaterThan(100);
  expect(() => plugin.schema.parse({ magnitude: 31 })).toThrow('it is below numMagnitudeBins');
});
