import { createHash } from 'node:crypto';

/** What goes into a digest: bytes as they are, anything else as JSON. */
export type DigestPart = Uint8Array | string | number | boolean | null | readonly DigestPart[] | { readonly [key: string]: DigestPart | undefined };

/** The first 32 hexadecimal digits of a SHA-256 over `parts` in their order, each set off by its length. */
export function digestOf(...parts: readonly DigestPart[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : Buffer.from(JSON.stringify(part));
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex').slice(0, 32);
}
