import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../../contracts/dataset.ts';
import { splitLists } from '../../data/splits/split-lists.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';

/**
 * Keeps the split with the run: `split/<role>.txt`, the names of the role's images, one a line. A run that goes on
 * keeps the lists it began with and warns where the data set has others now.
 *
 * @param directory the run's folder
 * @throws AblateError DISK_FULL
 */
export async function saveSplit(
  directory: string,
  dataset: Pick<Dataset, 'split'>,
  warn: (message: string) => void,
): Promise<void> {
  const folder = join(directory, 'split');
  await mkdir(folder, { recursive: true });
  for (const [role, list] of splitLists(dataset)) {
    const file = join(folder, `${role}.txt`);
    const before = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT') return undefined;
      throw cause;
    });
    if (before === undefined) await writeAtomically(file, list);
    else if (before !== list)
      warn(
        `The images of ${role} are not those that this run began with, which ${file} lists: the data set has changed.`,
      );
  }
}
