import type { PlannedRun } from '../../experiment/spec/planned-run.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { CheckpointFolder } from '../../records/checkpoints/checkpoint-folder.ts';
import { compose } from '../../training/engine/compose.ts';
import { lockedDataset } from '../../training/engine/locked-dataset.ts';
import { fromFirst } from '../../training/engine/over-ranks.ts';
import type { RunContext } from '../../training/engine/run-context.ts';
import { train } from '../../training/engine/train.ts';

/** What a rank other than the first needs of a run. */
export interface FollowedTask {
  readonly run: PlannedRun;
  /** Where rank 0 keeps the run; nothing is written there. */
  readonly folder: RunFolder;
  readonly runContext: RunContext;
  readonly until?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Takes part in a run that rank 0 records: the same steps on other images, and nothing written.
 *
 * @throws whatever ends the run, on this rank or all
 */
export async function followRun({ run, folder, runContext, until, signal }: FollowedTask): Promise<void> {
  const { spec } = run;
  const { ranks } = runContext;
  const session = await compose(spec, runContext);
  try {
    const from = await fromFirst<number | null>(null, ranks);
    const checkpoints = new CheckpointFolder(folder.checkpoints, spec.train.keep, spec.train.keepBest);
    const resume = from === null ? undefined : await checkpoints.newest(() => undefined);
    if (resume && resume.position.step !== from)
      throw new AblateError(
        'CHECKPOINT_INVALID',
        `Rank ${ranks!.rank} finds a checkpoint of step ${resume.position.step} in ${folder.checkpoints}, and rank 0 one of step ${from}.`,
        { remedy: 'All ranks must see one folder: put it on a file system that they share.' },
      );
    await train(spec.test ? { ...session, dataset: lockedDataset(session.dataset) } : session, {
      train: spec.train,
      checkpoints: { write: async () => ({ file: '', bytes: 0, sha256: '' }) },
      emit: () => undefined,
      signal,
      until,
      ...(resume && { resume }),
    });
    ranks!.part();
  } finally {
    await session.close();
  }
}
