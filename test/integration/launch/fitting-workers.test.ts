import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fittingWorkers } from '../../../framework/runs/launch/fitting-workers.ts';
import { MemoryEstimator } from '../../../framework/training/memory-estimate/memory-estimator.ts';
import { requireSweepMemory } from '../../../framework/training/memory-estimate/require-sweep-memory.ts';
import { sweepMemory } from '../../../framework/training/memory-estimate/sweep-memory.ts';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';
import { loadPlan } from '../../../framework/experiment/spec/load-plan.ts';

const spec = join(import.meta.dirname, 'sweep.yaml');
const fitting = async (set: string[], free: number): Promise<{ count: number; notes: string[] }> => {
  const notes: string[] = [];
  const plan = await loadPlan(spec, { set, catalogue: await createCatalogue() });
  const kinds = await sweepMemory(plan, new Set(plan.runs.map(({ id }) => id)), new MemoryEstimator());
  await requireSweepMemory(plan.name, kinds, (line) => notes.push(line), 2 ** 40);
  return {
    count: await fittingWorkers(4, { kinds: async () => kinds, free, onNote: (line) => notes.push(line) }),
    notes,
  };
};

it('as many workers as fit by the estimate of the runs, and why they are fewer', { timeout: 240_000 }, async () => {
  expect(await fitting([], 2 ** 40)).toEqual({ count: 4, notes: [] });
  // Weights of some 150 MB: with the program, gradients, momentum and a checkpoint two runs take more than 1.5 GiB.
  const { count, notes } = await fitting(
    ['backbone.mlp.hidden=[6000,6000]', 'seed=1', 'matrix={seed: [1, 2, 3, 4]}'],
    1.5 * 2 ** 30,
  );
  expect(count).toBe(1);
  expect(notes).toEqual([
    expect.stringMatching(/^1 worker instead of 4: each run takes about (0\.[89]|1\.\d) GiB of 1\.5 GiB free$/),
  ]);
});

it('what cannot be estimated is told once, and does not count', { timeout: 240_000 }, async () => {
  const { count, notes } = await fitting(
    ['dataset={mnist: {images: /nowhere/images.gz, labels: /nowhere/labels.gz, split: [10, 5]}}'],
    2 ** 30,
  );
  expect([count, notes]).toEqual([
    4,
    [expect.stringMatching(/^The memory of a run of sweep cannot be estimated: .*nowhere/)],
  ]);
});
