import { expect, it } from 'vitest';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { MemoryEstimator } from './memory-estimator.ts';

it('says of a run over several processes that it is not estimated, rather than what one process would take', async () => {
  const spec = { train: { ranks: 2, batch: 32 } } as unknown as RunSpec;
  expect(await new MemoryEstimator().estimate(spec, '.')).toEqual({
    reason: 'a run over several processes (train.ranks) is not estimated',
  });
});
