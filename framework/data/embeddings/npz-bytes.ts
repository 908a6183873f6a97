import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import { bytesOf } from '../../base/system/bytes-of.ts';
import { embeddingsVersion, type EmbeddingStream } from './embedding-stream.ts';

/** The header of an `.npy` array, version 1.0, padded so that the data begins at a multiple of 64 bytes. */
function npyHeaderBytes(descr: string, shape: readonly number[]): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, length & 255, length >> 8]);
  return Buffer.concat([start, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1')]);
}

/** Texts as NumPy keeps them: UTF-32, each as wide as the longest. */
function* textBytes(texts: readonly string[], width: number): Generator<Uint8Array> {
  for (const text of texts) {
    const cell = Buffer.alloc(4 * width);
    [...text].forEach((character, place) => cell.writeUInt32LE(character.codePointAt(0)!, 4 * place));
    yield cell;
  }
}

async function* withHeader(
  header: Buffer,
  data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield header;
  yield* data;
}

async function* rowBytes(rows: AsyncIterable<Float32Array>): AsyncGenerator<Uint8Array> {
  for await (const part of rows) yield bytesOf(part);
}

/**
 * Encodes embeddings as NumPy's `.npz`: `embedding`, `label`, and the texts `name` and `classNames`, which `numpy.load`
 * reads without pickle.
 */
export async function* npzBytes({
  count,
  dim,
  rows,
  labels,
  classNames,
  name,
}: EmbeddingStream): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const failed = new Promise<never>((_, reject) => zip.on('error', reject));
  failed.catch(() => undefined);
  const add = (entry: string, header: Buffer, data: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): void => {
    const stream = Readable.from(withHeader(header, data), { objectMode: false });
    stream.on('error', (cause) => (zip.outputStream as Readable).destroy(cause));
    zip.addReadStream(stream, `${entry}.npy`, { compress: false, mtime: new Date(0) });
  };
  const texts = (entry: string, list: readonly string[]): void => {
    const width = list.reduce((most, text) => Math.max(most, [...text].length), 1);
    add(entry, npyHeaderBytes(`<U${width}`, [list.length]), textBytes(list, width));
  };
  add('version', npyHeaderBytes('<i4', []), [bytesOf(Int32Array.of(embeddingsVersion))]);
  add('embedding', npyHeaderBytes('<f4', [count, dim]), rowBytes(rows));
  add('label', npyHeaderBytes('<i4', [count]), [bytesOf(labels)]);
  texts(
    'name',
    Array.from({ length: count }, (_, row) => name(row)),
  );
  texts('classNames', classNames);
  zip.end();
  yield* zip.outputStream as Readable as AsyncIterable<Uint8Array>;
}
