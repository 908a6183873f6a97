import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { findRuns } from '../../records/run-folder/find-runs.ts';

/**
 * Finds the only run in a folder. @throws AblateError USAGE where it holds
 * several; RUN_FOLDER where it holds none
 */
export async function oneRun(directory: string): Promise<RunFolder> {
  const folders = await findRuns(directory);
  if (folders.length > 1)
    throw new AblateError('USAGE', `There are ${folders.length} runs in ${directory}.`, {
      remedy: `Name one of them, for example ${folders[0]!.directory}`,
    });
  return folders[0]!;
}
