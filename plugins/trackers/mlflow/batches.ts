/**
 * Cuts a list into batches of at most `count` elements whose JSON is at most `bytes` long, in order. An element longer
 * than that stands alone.
 */
export function* batches<T>(elements: Iterable<T>, { count, bytes }: { count: number; bytes: number }): Generator<T[]> {
  let batch: T[] = [];
  let size = 0;
  for (const element of elements) {
    const length = Buffer.byteLength(JSON.stringify(element)) + 1;
    if (batch.length > 0 && (batch.length === count || size + length > bytes)) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(element);
    size += length;
  }
  if (batch.length > 0) yield batch;
}
