import path from 'node:path';
import { locateFile } from '../files/data-file.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { openNpy, openNpz } from './npy-files.ts';
import { openJson } from './open-json.ts';
import { openSafetensors } from './open-safetensors.ts';
import type { ArrayFile } from './stored-array.ts';

const formats: Readonly<Record<string, (file: string, single: string) => ArrayFile | Promise<ArrayFile>>> = {
  '.npz': openNpz,
  '.npy': openNpy,
  '.safetensors': openSafetensors,
  '.json': openJson,
};

/**
 * Opens a file of arrays by the ending of its name.
 *
 * @param single the name of the one array that an `.npy` file holds
 * @throws AblateError USAGE for another ending, DATA_NOT_FOUND, DATA_INVALID
 */
export async function openArrays(file: string, single: string): Promise<ArrayFile> {
  const format = formats[path.extname(file).toLowerCase()];
  if (!format)
    throw new AblateError('USAGE', `${file} does not say by its ending what it is.`, {
      remedy: `Embeddings are read from files that end in ${Object.keys(formats).join(', ')}.`,
    });
  await locateFile(file, { baseDirectory: process.cwd(), cacheDirectory: '' });
  return format(file, single);
}
