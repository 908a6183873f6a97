import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/**
 * Refuses a file whose SHA-256 is not the pinned one, and removes it.
 *
 * @param {string} file
 * @param {string} expected hexadecimal
 * @throws {Error} naming both checksums
 */
export async function requireChecksum(file, expected) {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  const found = hash.digest('hex');
  if (found === expected) return;
  fs.rmSync(file, { force: true });
  throw new Error(`${path.basename(file)} has SHA-256 ${found} where ${expected} is pinned, and was thrown away`);
}
