import type { ImageShape } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { DecodePool } from './decode-pool.ts';
import type { DecodeAnswer } from './decode-worker.ts';
import type { ImageCall } from './image-preparation.ts';

/** Images that are decoded already, and what they go through. */
export interface RasterTask {
  readonly images: readonly Uint8Array[];
  /** Of each of them. */
  readonly shape: ImageShape;
  readonly calls: readonly ImageCall[];
  /** Where image `index` came from, for errors. */
  readonly source: (index: number) => string;
}

/**
 * Puts decoded images through their lists in the threads of a pool.
 *
 * @returns their bytes, one after another
 * @throws AblateError DATA_INVALID where a list fails
 */
export async function prepareRasters(
  pool: DecodePool,
  { images, shape, calls, source }: RasterTask,
): Promise<Uint8Array> {
  const answers = await pool.decode(images.map((bytes, index) => ({ bytes, shape, call: calls[index] })));
  const all = answers.map((answer, index) => pixelsOf(answer, source(index)));
  const result = new Uint8Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const pixels of all) {
    result.set(pixels, at);
    at += pixels.length;
  }
  return result;
}

/**
 * Gives the pixels of an answer.
 *
 * @throws AblateError DATA_INVALID naming the image that a list could not make anything of
 */
export function pixelsOf(answer: DecodeAnswer, source: string): Uint8Array {
  if ('pixels' in answer) return answer.pixels;
  const why = 'fault' in answer ? answer.fault : answer.listFault;
  throw new AblateError('DATA_INVALID', `${source} cannot be augmented: ${why.replace(/\.$/, '')}.`, {
    remedy: 'Change the list, or leave the image out.',
  });
}
