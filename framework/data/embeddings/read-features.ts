import type { Embeddings } from './embeddings.ts';
import { openArrays } from './open-arrays.ts';
import { readEmbeddings } from './read-embeddings.ts';

/** Features of images, whole in memory. */
export interface Features extends Pick<Embeddings, 'dim' | 'labels' | 'classNames'> {
  /** Row-major `[n, dim]`, all finite. */
  readonly values: Float32Array;
  /** Names of the rows' images, where the file says them. */
  readonly imageNames?: readonly string[] | undefined;
}

/**
 * Reads a file of embeddings as features to train on.
 *
 * @param labelFile where the labels are, if not in the same file
 * @throws AblateError as `readEmbeddings`
 */
export async function readFeatures(file: string, labelFile?: string): Promise<Features> {
  const { dim, embeddings: values, labels, classNames } = await readEmbeddings(file, labelFile, Infinity);
  const arrays = await openArrays(file, 'embedding');
  const { imageNames } = arrays;
  await arrays.close();
  return { dim, values, labels, classNames, imageNames };
}
