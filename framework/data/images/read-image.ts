import fs from 'node:fs/promises';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { readRegularFile } from '../../base/system/read-regular-file.ts';

/**
 * Reads the bytes of an image file.
 *
 * @throws AblateError DATA_NOT_FOUND naming it
 */
export async function readImage(file: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(file);
  } catch (cause) {
    const target = await fs.readlink(file).catch(() => undefined);
    const { code } = cause as NodeJS.ErrnoException;
    if (target !== undefined && (code === 'ENOENT' || code === 'ELOOP'))
      throw new AblateError('DATA_NOT_FOUND', `${file} is a link that leads nowhere, to ${target}.`, { cause });
    throw new AblateError('DATA_NOT_FOUND', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
