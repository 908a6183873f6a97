import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';

/**
 * Sees that what a run's record consists of lies in its folder: a link in its place would have any file of this machine
 * sent to a tracking server, or written into. What is not there yet is none.
 *
 * @throws AblateError RUN_FOLDER naming the first that is no regular file
 */
export async function requireOwnFiles({ directory, spec, journal, summary }: RunFolder): Promise<void> {
  for (const file of [spec, journal, summary, join(directory, 'provenance.json'), join(directory, 'mlflow.json')]) {
    const found = await lstat(file).catch(() => undefined);
    if (!found || found.isFile()) continue;
    throw new AblateError(
      'RUN_FOLDER',
      `${file} is ${found.isSymbolicLink() ? 'a link' : 'no regular file'}, and a run's record is files of its own folder.`,
      { remedy: 'Put the file itself there, if you know where the folder comes from.' },
    );
  }
}
