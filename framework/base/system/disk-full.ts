import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { AblateError } from '../errors/ablate-error.ts';

function freeBytes(file: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/**
 * Makes the error for where a file system has no room, or the user's quota is used up: how much is needed and how much
 * there is.
 *
 * @param cause what writing failed with
 * @param bytes that were to be written; undefined where that is not known
 * @returns undefined where writing failed for another reason
 */
export function diskFull(cause: unknown, file: string, bytes?: number): AblateError | undefined {
  const { code } = cause as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined;
  const free = freeBytes(file);
  const there =
    code === 'EDQUOT'
      ? "more than the user's quota allows"
      : free === undefined
        ? 'more than there are'
        : `of which ${free} are free`;
  return new AblateError(
    'DISK_FULL',
    `No room for ${file}: it needs ${bytes === undefined ? 'more bytes' : `${bytes} bytes`}, ${there}.`,
    { cause, remedy: 'Free some space and go on with --resume; the last checkpoint and the journal are whole.' },
  );
}
