import { createHash } from 'node:crypto';
import { bytesOf } from '../../base/system/bytes-of.ts';

/** Texts that go into a digest one by one, so that many need not be in memory at once. */
type DigestTexts = Generator<string>;

/**
 * Computes the first 32 hexadecimal digits of a SHA-256 over `parts` in their order: bytes of arrays as they are,
 * generated texts one by one, anything else as JSON.
 */
export function digestOf(...parts: readonly unknown[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    for (const bytes of digestedBytes(part)) hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex').slice(0, 32);
}

function* digestedBytes(part: unknown): Generator<Uint8Array> {
  if (ArrayBuffer.isView(part)) yield bytesOf(part);
  else if (part instanceof Object && Symbol.iterator in part && 'next' in part)
    for (const text of part as DigestTexts) yield Buffer.from(text);
  else yield Buffer.from(JSON.stringify(part));
}
