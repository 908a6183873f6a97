import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { AblateError } from 'ablate-ml';
import type { EncodedImages } from 'ablate-ml/data';
import { readPickle, type PickledValue } from './pickle.ts';

/** Images of a verification set, 2p and 2p + 1 the two of pair p, and whether each pair is of the same. */
export interface VerificationBin {
  readonly images: EncodedImages;
  readonly same: Uint8Array;
}

/**
 * Reads a `.bin` file: a pickle of a list of encoded images, two a pair, and a list of truth values, one a pair. The
 * pickle is read as data and never executed.
 *
 * @throws AblateError DATA_INVALID saying what else it holds, above all where it asks for a call
 */
export async function readVerificationBin(file: string): Promise<VerificationBin> {
  const fail = (what: string, cause?: unknown): never => {
    throw new AblateError('DATA_INVALID', `${file}: ${what}.`, {
      cause,
      remedy: 'A verification set holds bytes and truth values alone; in Python 3, write it with pickle protocol 4.',
    });
  };
  let value: PickledValue;
  try {
    value = readPickle(await readFile(file));
  } catch (cause) {
    return fail((cause as Error).message, cause);
  }
  const [images, same] = Array.isArray(value) ? value : [];
  if (!Array.isArray(images) || !Array.isArray(same)) return fail('its pickle is not a pair of lists');
  if (images.length !== 2 * same.length || same.length === 0)
    fail(`its pickle holds ${images.length} images for ${same.length} pairs`);
  const encoded = images.map((image, index) =>
    image instanceof Uint8Array ? image : fail(`its image ${index} is not bytes`),
  );
  const wrong = same.findIndex((one) => typeof one !== 'boolean' && one !== 0 && one !== 1);
  if (wrong >= 0) fail(`its pair ${wrong} is neither the same nor different`);
  const name = path.basename(file).replace(/\.\w+$/, '');
  return {
    same: Uint8Array.from(same, Number),
    images: {
      length: encoded.length,
      name: (row) => `${name}/${row}`,
      location: (row) => `${file}, image ${row}`,
      mark: (row) => `${encoded[row]!.length}`,
      read: async (row) => encoded[row]!,
    },
  };
}
