import { RandomStreams, type InnerUse, type Progress, type PluginManifest, type Schedule } from 'ablate-ml';
import { expect, test } from 'vitest';
import { createCatalogue } from '../../framework/plugins/load-catalogue.ts';
import { resolveInnerUse } from '../../framework/plugins/resolve-inner-use.ts';
import { reference } from './reference-cases.ts';

const { perEpoch, validation } = reference;
const steps = reference.rates.length;

/** Fifty steps of ten epochs, with the validations until then and one that comes later. */
const progressAt = (step: number): Progress => ({
  step,
  epoch: step / perEpoch,
  steps,
  epochs: steps / perEpoch,
  validations: validation.map((value, epoch) => ({
    step: (epoch + 1) * perEpoch,
    metrics: { 'validation/accuracy': value, 'validation/loss': value },
  })),
});

/** Declares the tests that hold a schedule plugin against fifty rates of PyTorch's in `reference.json`. */
export function referenceRates(manifest: PluginManifest<'schedule'>): void {
  const component = async (kind: 'schedule', use: InnerUse): Promise<Schedule> => {
    const inner = await resolveInnerUse(kind, use, {
      catalogue: await createCatalogue(),
      baseDirectory: '../reference/optimizers',
    });
    return inner.entry.manifest.create(inner.options as never, { streams: new RandomStreams(1) });
  };
  const cases = reference.schedules.filter(({ schedule }) => schedule === manifest.name);

  test('has reference rates', () => expect(cases).not.toHaveLength(0));

  test.each(cases)('gives the fifty rates of PyTorch with $options', async ({ options, rates }) => {
    const made = await manifest.create(manifest.schema.parse(options), { streams: new RandomStreams(1), component });
    for (const [step, rate] of rates.entries())
      expect(made.rate(progressAt(step)), `step ${step}`).toBeCloseTo(rate, 10);
  });
}
