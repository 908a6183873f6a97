import { describe, expect, it } from 'vitest';
import { FaultList } from './fault-list.ts';
import { metricMode, type DecidingMetric } from './metric-mode.ts';

const rates = { 'error-*': { better: 'lower', range: [0, 1] } } as const;
const shares = {
  accuracy: { better: 'higher', range: [0, 1] },
  threshold: { better: 'neither', range: [0, 1] },
} as const;
const where = { path: 'search.mode', place: { file: 'spec.yaml', line: 3, column: 9 } };
const found = (
  deciding: Pick<DecidingMetric, 'metric' | 'mode'>,
  declared: Parameters<typeof metricMode>[1] = [shares, rates],
): string | undefined => {
  const faults = new FaultList();
  const mode = metricMode({ ...deciding, ...where }, declared, faults);
  expect(faults.count).toBe(mode === undefined ? 1 : 0);
  return mode ?? faults.faults[0]!.message;
};

describe('which way a metric is better', () => {
  it('is what its evaluator says', () => {
    expect(found({ metric: 'validation/error-rate' })).toBe('min');
    expect(found({ metric: 'validation/accuracy' })).toBe('max');
    expect(found({ metric: null })).toBe('max');
    expect(found({ metric: 'validation/error-rate', mode: 'min' })).toBe('min');
  });

  it('is refused where it would choose the worst', () => {
    expect(found({ metric: 'validation/error-rate', mode: 'max' })).toMatch(/^found max, and less of .* is better/);
    expect(found({ metric: 'validation/accuracy', mode: 'min' })).toMatch(/^found min, and more of .* is better/);
    expect(found({ metric: null, mode: 'min' })).toMatch(/^found min, and more of accuracy is better/);
  });

  it('is asked for where nobody knows, and taken as it is written', () => {
    for (const metric of ['validation/threshold', 'validation/own']) {
      expect(found({ metric }, [shares, undefined])).toMatch(/its evaluator does not say$/);
      expect(found({ metric, mode: 'min' }, [shares, undefined])).toBe('min');
    }
  });

  it('is left to the run where no evaluator has the metric, which names those that there are', () => {
    expect(found({ metric: 'validation/accurac' })).toBe('max');
    expect(found({ metric: 'validation/accuracy' }, [])).toBe('max');
  });
});
