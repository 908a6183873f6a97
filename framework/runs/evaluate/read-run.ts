import { dirname, join } from 'node:path';
import { readCheckpoint, CheckpointFolder } from '../../records/checkpoints/checkpoint-folder.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { Checkpoint } from '../../contracts/checkpoint.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { readResolvedSpec } from '../../experiment/spec/read-resolved-spec.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { readProvenance } from '../../records/provenance/record-provenance.ts';
import { readRegularFile } from '../../base/system/read-regular-file.ts';

/** A run that took place. */
export interface PastRun {
  readonly folder: RunFolder;
  readonly spec: RunSpec;
  /** Folder of the spec file it was made from: relative paths in options start there. */
  readonly baseDirectory: string;
}

/**
 * Reads what a run's folder says of how it was made.
 *
 * @throws AblateError RUN_FOLDER where it cannot be read; SpecError where its spec is of another version
 */
export async function readRun(folder: RunFolder): Promise<PastRun> {
  const remedy = 'Name the folder of a run: the one that holds spec.yaml.';
  const text = await readRegularFile(folder.spec).then(String, (cause: Error) => {
    throw new AblateError('RUN_FOLDER', `${folder.spec} cannot be read: ${cause.message}.`, { cause, remedy });
  });
  let problem = `${join(folder.directory, 'provenance.json')} cannot be read: there is no such file.`;
  const provenance = await readProvenance(folder, (message) => (problem = message));
  if (!provenance)
    throw new AblateError('RUN_FOLDER', problem, {
      remedy: 'Go on with the run: ablate run SPEC --resume writes it anew.',
    });
  return { folder, spec: readResolvedSpec(text, folder.spec), baseDirectory: dirname(provenance.specFile) };
}

/**
 * Reads a run's checkpoint: the one in `file`, else the newest one that can be read or, where the run's spec says `use:
 * best`, the best.
 *
 * @throws AblateError RUN_FOLDER where it has none; CHECKPOINT_INVALID
 */
export async function checkpointOf(
  { folder, spec }: PastRun,
  file: string | undefined,
  warn: (message: string) => void,
): Promise<Checkpoint> {
  if (file !== undefined) {
    return readCheckpoint(file).catch((cause: Error) => {
      if (cause instanceof AblateError) throw cause;
      throw new AblateError('CHECKPOINT_INVALID', `${file} cannot be read: ${cause.message}.`, {
        cause,
        remedy: `Those of the run lie in ${folder.checkpoints}.`,
      });
    });
  }
  const checkpoints = new CheckpointFolder(folder.checkpoints, 1, spec.train.keepBest);
  const best = spec.train.use === 'best' ? await checkpoints.best() : undefined;
  const found = best ?? (await checkpoints.newest(warn));
  if (found && !best && spec.train.use === 'best')
    warn(
      `The spec uses the best weights, and no checkpoint was validated: those of step ${found.position.step} are taken.`,
    );
  if (found) return found;
  throw new AblateError('RUN_FOLDER', `The run in ${folder.directory} has no checkpoint yet.`, {
    remedy: 'Let it train on, or go on with it: ablate run SPEC --resume.',
  });
}
