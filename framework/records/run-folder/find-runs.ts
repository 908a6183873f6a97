import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { runFolderAt } from './create-run-folder.ts';

const deepest = 3;

async function within(directory: string, depth: number): Promise<RunFolder[]> {
  const folder = runFolderAt(directory);
  const journal = statSync(folder.journal, { throwIfNoEntry: false });
  // What is damaged is told of by whoever reads it; a pipe or a device would be waited for.
  if (journal?.isFile() || journal?.isDirectory()) return [folder];
  if (depth === deepest) return [];
  const entries = await readdir(directory, { withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
  return (await Promise.all(folders.map((name) => within(join(directory, name), depth + 1)))).flat();
}

/**
 * Finds the runs in a folder: of one run, of an experiment, or of many experiments (`runs`).
 *
 * @throws AblateError RUN_FOLDER where there is none
 */
export async function findRuns(directory: string): Promise<RunFolder[]> {
  const unexpanded = /[*?]/.test(directory)
    ? ' A pattern is expanded by the shell alone, where it is not in quotes.'
    : '';
  const remedy = `Name the folder of a run, of an experiment, or the one given with --out.${unexpanded}`;
  const runs = await within(resolve(directory), 0).catch((cause: Error) => {
    throw new AblateError('RUN_FOLDER', `The folder ${directory} cannot be read: ${cause.message}.`, { cause, remedy });
  });
  if (runs.length === 0) throw new AblateError('RUN_FOLDER', `There is no run in ${resolve(directory)}.`, { remedy });
  return runs;
}
