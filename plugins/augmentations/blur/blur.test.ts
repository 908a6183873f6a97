import { RandomStreams, type Augmentation } from 'ablate-ml';
import { expect, it } from 'vitest';
import plugin from './index.ts';

const streams = new RandomStreams(1);

it('weighs neighbors by the Gaussian', async () => {
  const made = plugin.create(plugin.schema.parse({ kernelSize: 3, sigma: [1, 1] }), { streams }) as Augmentation;
  const image = { data: Uint8Array.of(0, 0, 100, 0, 0), height: 1, width: 5, channels: 1 };
  // exp(−1/2) = 0.60653: weights 0.27407, 0.45186, 0.27407.
  expect([...(await made.apply(image, streams.stream('draw'))).data]).toEqual([0, 27, 45, 27, 0]);
  expect(() => plugin.schema.parse({ kernelSize: 4 })).toThrow('an odd number is expected');
});
