import type { Dirent } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isTemporaryName } from './temporary-name.ts';

/** Folders of a run that Ablate writes into, and what of them has folders of its own. */
const ownFolders = /^(?:checkpoints|embeddings|figures|model|split|figures\/epoch-\d+|model\/shards)$/;

/**
 * Removes the temporary files that killed processes left in a run's folder: a checkpoint's is as large as the
 * checkpoint. Call it while holding the folder's lock, since nobody else writes there then. What a link leads to, and
 * what has another name, is another program's.
 */
export async function removeTemporaries(directory: string): Promise<void> {
  await removeIn(directory, '');
}

async function removeIn(directory: string, within: string): Promise<void> {
  // A link is neither a folder nor one of our files: it is not followed.
  for (const entry of await readdir(join(directory, within), { withFileTypes: true })) {
    const place = within === '' ? entry.name : `${within}/${entry.name}`;
    if (isOwn(entry)) await rm(join(directory, place), { recursive: true, force: true });
    else if (entry.isDirectory() && ownFolders.test(place)) await removeIn(directory, place);
  }
}

const isOwn = (entry: Dirent): boolean => isTemporaryName(entry.name) && (entry.isFile() || entry.isDirectory());
