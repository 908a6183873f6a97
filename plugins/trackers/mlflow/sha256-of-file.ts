import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';

/** Computes the SHA-256 of a stream, in hex. */
export async function sha256OfStream(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(stream, hash);
  return hash.digest('hex');
}

/** Computes the SHA-256 of a file, in hex, read piece by piece. */
export const sha256OfFile = (file: string): Promise<string> => sha256OfStream(createReadStream(file));
