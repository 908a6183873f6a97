import { embeddingsVersion, type EmbeddingStream } from './embedding-stream.ts';

/**
 * Encodes embeddings as JSON, one row a line: `version`, `classNames`, `label`, `name`, `embedding`. Each number is the
 * shortest that reads back as the same float32.
 */
export async function* jsonBytes({
  count,
  dim,
  rows,
  labels,
  classNames,
  name,
}: EmbeddingStream): AsyncGenerator<Uint8Array> {
  const names = Array.from({ length: count }, (_, row) => name(row));
  const head = JSON.stringify({ version: embeddingsVersion, classNames, label: [...labels], name: names });
  yield Buffer.from(`${head.slice(0, -1)},"embedding":[\n`);
  let first = true;
  for await (const part of rows) {
    const lines = Array.from(
      { length: part.length / dim },
      (_, row) => `[${Array.from(part.subarray(row * dim, (row + 1) * dim), shortest).join(',')}]`,
    );
    yield Buffer.from(`${first ? '' : ',\n'}${lines.join(',\n')}`);
    first = false;
  }
  yield Buffer.from('\n]}\n');
}

function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}
