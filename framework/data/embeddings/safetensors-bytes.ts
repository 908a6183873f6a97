import { bytesOf } from '../../base/system/bytes-of.ts';
import { safetensorsHeader } from '../files/safetensors-header.ts';
import { embeddingsVersion, type EmbeddingStream } from './embedding-stream.ts';

/**
 * Encodes embeddings as a safetensors file: `embedding` F32, `label` I32; class names and the images' names as JSON in
 * its metadata.
 */
export async function* safetensorsBytes({
  count,
  dim,
  rows,
  labels,
  classNames,
  name,
}: EmbeddingStream): AsyncGenerator<Uint8Array> {
  const size = 4 * count * dim;
  const names = Array.from({ length: count }, (_, row) => name(row));
  yield safetensorsHeader(
    [
      { name: 'embedding', dtype: 'F32', shape: [count, dim], offsets: [0, size] },
      { name: 'label', dtype: 'I32', shape: [count], offsets: [size, size + 4 * count] },
    ],
    Object.entries({
      format: 'ablate-embeddings',
      version: String(embeddingsVersion),
      classNames: JSON.stringify(classNames),
      names: JSON.stringify(names),
    }),
  );
  for await (const part of rows) yield bytesOf(part);
  yield bytesOf(labels);
}
