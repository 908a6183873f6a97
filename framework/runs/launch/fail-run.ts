import { existsSync } from 'node:fs';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { ErrorCode } from '../../base/errors/codes.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { Journal } from '../../records/journal/journal.ts';
import { lockRunFolder } from '../../records/run-folder/lock-run-folder.ts';
import { readSummary, summarize, type RunSummary } from '../../records/run-folder/summary.ts';
import { syncRun } from '../../records/sync/sync-run.ts';

/**
 * Writes a run's end for processes that could not: failed, by this reason. Then brings its trackers up to date.
 *
 * @throws AblateError RUN_FAILED where the run never had a folder; RUN_FOLDER
 */
export async function failRun(
  folder: RunFolder,
  catalogue: Catalogue,
  reason: string,
  code: ErrorCode = 'RUN_FAILED',
): Promise<RunSummary> {
  if (!existsSync(folder.journal) || (await readSummary(folder).catch(() => undefined))?.emptying)
    throw couldNotBegin(folder, reason);
  const lock = await lockRunFolder(folder.directory);
  try {
    const { steps } = await summarize(folder, 0);
    const journal = Journal.open(folder);
    journal.append({ type: 'ended', status: 'failed', step: steps, error: { code, message: reason } });
    journal.close();
  } finally {
    await lock.release();
  }
  await syncRun(folder, catalogue);
  return readSummary(folder);
}

/** Makes the error of a run that never had a folder of its own. */
export function couldNotBegin({ directory }: RunFolder, reason: string): AblateError {
  return new AblateError('RUN_FAILED', `A run could not begin in ${directory}. ${reason}`, {
    remedy: 'Type: ablate doctor',
  });
}
