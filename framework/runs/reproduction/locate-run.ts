import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { findRuns } from '../../records/run-folder/find-runs.ts';
import { serverTracker } from '../../records/sync/server-tracker.ts';

/** A run that was found. */
export interface LocatedRun {
  readonly folder: RunFolder;
  /** Whether its folder is the run's own, rather than a copy of what a server has. */
  readonly isOwn: boolean;
  /** Removes what was fetched. */
  release(): Promise<void>;
}

/**
 * Finds one run: a folder, or an MLflow run's id, whose files are then fetched from the server that
 * `MLFLOW_TRACKING_URI` names.
 *
 * @throws AblateError RUN_FOLDER or USAGE where it is not one run; TRACKER_REFUSED
 */
export async function locateRun(name: string, catalogue: Catalogue): Promise<LocatedRun> {
  if (existsSync(name) || !/^[0-9a-f]{32}$/.test(name)) {
    const runs = await findRuns(name);
    if (runs.length > 1)
      throw new AblateError('USAGE', `There are ${runs.length} runs in ${name}.`, {
        remedy: `Name one of them, for example ${runs[0]!.directory}`,
      });
    return { folder: runs[0]!, isOwn: true, release: async () => undefined };
  }
  const directory = await mkdtemp(join(tmpdir(), 'ablate-fetched-'));
  const release = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const tracker = await serverTracker(catalogue);
    await tracker.fetch!(name, join(directory, name));
    return { folder: runFolderAt(join(directory, name)), isOwn: false, release };
  } catch (error) {
    await release();
    throw error;
  }
}
