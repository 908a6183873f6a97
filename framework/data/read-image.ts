import fs from 'node:fs/promises';
import { AblateError } from '../errors/ablate-error.ts';

/**
 * Bytes of an image file.
 *
 * @throws AblateError DATA_NOT_FOUND naming it
 */
export async function readImage(file: string): Promise<Uint8Array> {
  try {
    return await fs.readFile(file);
  } catch (cause) {
    throw new AblateError('DATA_NOT_FOUND', `${file} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
