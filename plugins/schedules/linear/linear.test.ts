import type { PluginManifest } from 'ablate-ml';
import { expect, test } from 'vitest';
import { referenceRates } from '#test/reference-rates';
import plugin from './index.ts';
import { linear } from './linear.ts';

referenceRates(plugin as unknown as PluginManifest<'schedule'>);

test('a warm-up rises before the line falls', () => {
  const schedule = linear({ rate: 1, finalRate: 0, warmup: { steps: 2 } });
  expect([0, 1, 2, 6].map((step) => schedule.rate({ step, epoch: 0, steps: 10, epochs: 1 }))).toEqual([0.5, 1, 1, 0.5]);
});
