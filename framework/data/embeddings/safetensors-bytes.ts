import { bytesOf } from './bytes-of.ts';
import { embeddingsVersion, type EmbeddingStream } from './embedding-stream.ts';

/**
 * Embeddings as a safetensors file: `embedding` F32, `label` I32; class names and the images' names as JSON in its
 * metadata.
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
  const header = JSON.stringify({
    __metadata__: {
      format: 'ablate-embeddings',
      version: String(embeddingsVersion),
      classNames: JSON.stringify(classNames),
      names: JSON.stringify(names),
    },
    embedding: { dtype: 'F32', shape: [count, dim], data_offsets: [0, size] },
    label: { dtype: 'I32', shape: [count], data_offsets: [size, size + 4 * count] },
  });
  const text = Buffer.from(header);
  const padded = Buffer.alloc(Math.ceil(text.length / 8) * 8, ' ');
  text.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  yield Buffer.concat([length, padded]);
  for await (const part of rows) yield bytesOf(part);
  yield bytesOf(labels);
}
