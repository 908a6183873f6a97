import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('keeps an image of one color, and loses more of another the lower the quality', async () => {
  const after = async (quality: number, data: Uint8Array): Promise<Uint8Array> => {
    const made = plugin.create(plugin.schema.parse({ quality: [quality, quality] }), { streams }) as Augmentation;
    return (await made.apply({ data, height: 16, width: 16, channels: 1 }, streams.stream('draw'))).data;
  };
  expect([...(await after(90, new Uint8Array(256).fill(100)))]).toEqual(Array(256).fill(100));
  const random = streams.stream('image');
  const noise = Uint8Array.from({ length: 256 }, () => random.integer(256));
  const loss = async (quality: number) =>
    (await after(quality, noise)).reduce((sum, byte, at) => sum + Math.abs(byte - noise[at]!), 0);
  expect(await loss(20)).toBeGreaterThan(2 * (await loss(90)));
});
