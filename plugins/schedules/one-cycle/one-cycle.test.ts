import type { PluginManifest } from 'ablate-ml';
import { expect, test } from 'vitest';
import { referenceRates } from '#test/reference-rates';
import plugin from './index.ts';
import { oneCycle } from './one-cycle.ts';

referenceRates(plugin as unknown as PluginManifest<'schedule'>);

test('a run of a few steps has rates too', () => {
  const schedule = oneCycle({ rate: 1, rise: 0.3, initialDivisor: 2, finalDivisor: 10, shape: 'cosine' });
  for (const steps of [1, 2, 3])
    for (let step = 0; step < steps; step++)
      expect(schedule.rate({ step, epoch: 0, steps, epochs: 1 })).toBeGreaterThan(0);
});
