import type { PluginManifest } from 'ablate-ml';
import { expect, test } from 'vitest';
import { referenceRates } from '#test/reference-rates';
import plugin from './index.ts';
import { exponential } from './exponential.ts';

referenceRates(plugin as unknown as PluginManifest<'schedule'>);

test("a smooth fall has an epoch's factor after an epoch", () => {
  const schedule = exponential({ rate: 1, factor: 0.25, smooth: true, warmup: null });
  expect([0, 5, 10].map((step) => schedule.rate({ step, epoch: step / 10, steps: 100, epochs: 10 }))).toEqual([
    1, 0.5, 0.25,
  ]);
});
