import type { PluginManifest } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { onFastestDevice, stepOf, trainedNumbers } from '#test/backbone-on-device';
import plugin from './index.ts';

beforeAll(onFastestDevice);

// As timm counts them for 224×224, without the classifier; the second is small's 21,665,664 with smaller patches
// (−69,120), 60 positions more (23,040), 4 registers (1,536) and 24 layer scales (9,216).
test.each([
  [{ size: 'tiny' }, 5_524_416],
  [{ size: 'small', patch: 14, registers: 4, layerScale: true }, 21_630_336],
])('the published number of parameters: %o has %i', async (options, expected) => {
  expect(await trainedNumbers(plugin, options, [224, 224, 3])).toBe(expected);
});

const tiny = { size: { width: 12, depth: 2, heads: 3, mlp: 20 }, patch: 8 };

test.each([
  [tiny, [16, 24, 3], 12],
  [{ ...tiny, pool: 'gem', registers: 2, layerScale: true, dropPath: 0.2 }, [16, 16, 1], 12],
  [{ ...tiny, pool: 'mean+max', normAfterPool: true, preNorm: true, projection: 5 }, [16, 16, 3], 5],
  [{ ...tiny, pool: 'tokens', embedding: 6, neck: ['layer-norm', { linear: 4 }] }, [16, 16, 3], 4],
])('one step reaches every parameter: %o at %o gives %i columns', async (options, shape, columns) => {
  expect(await stepOf(plugin, options, shape as [number, number, number])).toEqual({
    embedding: [4, columns],
    untrained: [],
    left: 0,
  });
});

test('refuses images that patches do not fill', async () => {
  await expect(stepOf(plugin, tiny, [20, 16, 3])).rejects.toThrow('Patches of 8 pixels do not fill images of 20 × 16');
});

test('declares no columns where the size of the images decides', () => {
  const { dim, schema } = plugin as unknown as PluginManifest<'backbone'>;
  expect(dim!(schema.parse({ pool: 'tokens' }) as never)).toBeUndefined();
  expect(dim!(schema.parse({ pool: 'tokens', neck: [{ linear: 7 }] }) as never)).toBe(7);
});
