import type { RunFolder } from '../../contracts/run-folder.ts';
import { inMicroBatches } from '../../training/memory-estimate/in-micro-batches.ts';
import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { readWrittenSpec } from '../../experiment/spec/read-written-spec.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';

/**
 * Gives a run that goes on what was chosen when it began and decides its last bits: the parts of a batch, where the
 * spec leaves them to be chosen, and with `keepThreads` the threads.
 */
export async function asBegun(folder: RunFolder, run: PlannedRun, keepThreads: boolean): Promise<PlannedRun> {
  const isOpen = run.spec.train.accumulate === 'auto';
  if (!isOpen && !keepThreads) return run;
  const begun = await readWrittenSpec(folder.spec).then(
    (spec) => spec as Partial<RunSpec>,
    () => undefined,
  );
  const { threads, train } = begun ?? {};
  const spec = isOpen && typeof train?.accumulate === 'number' ? inMicroBatches(run.spec, train.accumulate) : run.spec;
  return { ...run, spec: keepThreads && threads !== undefined ? { ...spec, threads } : spec };
}
