import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the temporary files that killed processes left below a run's folder: a checkpoint's is as large as the checkpoint. Call it
 * while holding the folder's lock, since nobody else writes there then.
 */
export async function removeTemporaries(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true });
  await Promise.all(names.filter((name) => name.endsWith('.tmp')).map((name) => rm(join(directory, name), { force: true })));
}
