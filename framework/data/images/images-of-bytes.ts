import { isUint8Array } from 'node:util/types';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { digestOf } from '../files/digest-of.ts';
import type { EncodedImages } from './encoded-images.ts';

/**
 * Takes encoded images in memory, as uploads are, for those of a folder: `images[0]` names the first.
 *
 * @throws AblateError DATA_INVALID where there is none, or naming the first that holds no bytes
 */
export function imagesOfBytes(files: readonly Uint8Array[]): EncodedImages {
  if (files.length === 0) throw new AblateError('DATA_INVALID', 'There is no image.');
  const name = (row: number): string => `images[${row}]`;
  const wrong = files.findIndex((bytes: unknown) => !isUint8Array(bytes) || bytes.length === 0);
  if (wrong >= 0)
    throw new AblateError('DATA_INVALID', `${name(wrong)} is no image file: it takes a Uint8Array that is not empty.`);
  return {
    length: files.length,
    name,
    location: name,
    mark: (row) => digestOf(files[row]!),
    read: async (row) => files[row]!,
  };
}
