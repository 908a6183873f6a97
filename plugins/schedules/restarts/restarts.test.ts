import type { PluginManifest } from 'ablate-ml';
import { expect, test } from 'vitest';
import { referenceRates } from '#test/reference-rates';
import plugin from './index.ts';
import { restarts } from './restarts.ts';

referenceRates(plugin as unknown as PluginManifest<'schedule'>);

test('a restart may begin lower', () => {
  const schedule = restarts({ rate: 1, epochs: 2, growth: 1, factor: 0.5, finalRate: 0, warmup: null });
  expect([0, 2, 4].map((epoch) => schedule.rate({ step: epoch * 10, epoch, steps: 100, epochs: 10 }))).toEqual([
    1, 0.5, 0.25,
  ]);
});
