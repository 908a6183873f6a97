import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AblateError } from '../errors/ablate-error.ts';

/**
 * Makes a folder and those above it.
 *
 * @throws AblateError RUN_FOLDER where it cannot be made
 */
export async function makeFolder(directory: string): Promise<void> {
  await make(directory).catch((cause: NodeJS.ErrnoException) => {
    throw new AblateError('RUN_FOLDER', `The run folder ${directory} cannot be made: ${cause.message}.`, {
      cause,
      remedy: 'Make the folder above it writable, or choose another with --out.',
    });
  });
}

/** Node's own recursive call says "no such file" of a read-only disk. */
async function make(directory: string): Promise<void> {
  try {
    await mkdir(directory);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(directory)).isDirectory()) return;
    if (code !== 'ENOENT') throw cause;
    await make(dirname(directory));
    await make(directory);
  }
}
