import type { PluginManifest } from 'ablate-ml';
import { expect, test } from 'vitest';
import { referenceRates } from '#test/reference-rates';
import plugin from './index.ts';
import { polynomial } from './polynomial.ts';

referenceRates(plugin as unknown as PluginManifest<'schedule'>);

test('a final rate is approached, after a warm-up', () => {
  const schedule = polynomial({ rate: 1, power: 2, finalRate: 0.2, warmup: { steps: 2 } });
  const rates = [0, 2, 6, 10].map((step) => schedule.rate({ step, epoch: 0, steps: 10, epochs: 1 }));
  [0.5, 1, 0.2 + 0.8 / 4, 0.2].forEach((rate, index) => expect(rates[index]).toBeCloseTo(rate, 12));
});
