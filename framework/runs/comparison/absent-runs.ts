import type { RunFold } from '../../experiment/spec/run-fold.ts';
import { isFoldPath } from '../../experiment/spec/fold-path.ts';
import { findRuns } from '../../records/run-folder/find-runs.ts';
import type { PlanFile, PlanFileRun } from '../plan/plan-file.ts';

/** A run that a plan names, and that nobody ran, or nobody can read. */
export interface AbsentRun extends Pick<PlanFileRun, 'id' | 'label' | 'point'> {
  readonly seed: number;
  readonly fold?: RunFold;
  /** `not run`, `cannot be read` */
  readonly lack: string;
}

/** Runs of an experiment that are compared. */
export interface PresentRuns {
  /** The experiment's folder. */
  readonly parent: string;
  readonly plan: PlanFile;
  /** Names of the folders that were given. */
  readonly given: readonly string[];
  /** Those of them that were read. */
  readonly read: readonly { readonly id: string; readonly seed: number; readonly fold?: RunFold | undefined }[];
}

/**
 * Finds what a plan names beside the runs that are there, without the trials of a search; nothing where only some of
 * the experiment's folders were given.
 */
export async function absentRuns({ parent, plan, given, read }: PresentRuns): Promise<AbsentRun[]> {
  const [like] = read;
  if (!like || given.length < (await findRuns(parent)).length) return [];
  const known = new Set(read.map(({ id }) => id));
  const lost = new Set(given);
  return plan.runs
    .filter(({ id, purpose }) => purpose !== 'search' && !known.has(id))
    .map(({ id, label, point }) => {
      const fold = Object.entries(point).find(([path]) => isFoldPath(path))?.[1];
      return {
        id,
        label,
        point,
        seed: Number(point['seed'] ?? like.seed),
        ...(fold !== undefined && { fold: { index: Number(fold), of: like.fold?.of ?? 0 } }),
        lack: lost.has(id) ? 'cannot be read' : 'not run',
      };
    });
}
