import fs from 'node:fs/promises';
import path from 'node:path';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { writeAtomically } from '../../base/system/write-atomically.ts';
import type { EmbeddingStream } from './embedding-stream.ts';
import { jsonBytes } from './json-bytes.ts';
import { npzBytes } from './npz-bytes.ts';
import { safetensorsBytes } from './safetensors-bytes.ts';

const formats: Readonly<Record<string, (content: EmbeddingStream) => AsyncIterable<Uint8Array>>> = {
  '.safetensors': safetensorsBytes,
  '.npz': npzBytes,
  '.json': jsonBytes,
};

/**
 * Chooses the format that the ending of a file's name asks for.
 *
 * @returns what writes embeddings there: atomically, holding no more than the rows under way
 * @throws AblateError USAGE for another ending, or a folder that is not there or cannot be written
 */
export async function embeddingsWriter(file: string): Promise<(content: EmbeddingStream) => Promise<void>> {
  const folder = path.dirname(path.resolve(file));
  await fs.access(folder, fs.constants.W_OK).catch((cause: Error) => {
    throw new AblateError('USAGE', `${file} cannot be written: ${cause.message}.`, {
      cause,
      remedy: `Make the folder first: mkdir -p ${folder}`,
    });
  });
  const format = formats[path.extname(file).toLowerCase()];
  if (!format)
    throw new AblateError('USAGE', `${file} does not say by its ending in which format to write.`, {
      remedy: `Embeddings are written to files that end in ${Object.keys(formats).join(', ')}.`,
    });
  return async (content) => writeAtomically(file, format(content));
}
