import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import { AblateError } from '../errors/ablate-error.ts';
import { redactSecrets } from '../tracking/redact-secrets.ts';
import { tell } from '../tracking/tell.ts';

/** An address and the SHA-256, in hexadecimal digits, of what must arrive from it. */
export interface Download {
  readonly url: string;
  readonly sha256: string;
}

/** Milliseconds without an answer after which a server counts as out of reach. */
const patience = 30_000;

const client = axios.create({ responseType: 'stream', timeout: patience });
axiosRetry(client, { retries: 3, retryDelay: axiosRetry.exponentialDelay });

/**
 * Path of the downloaded file in `cacheDirectory`, fetched once: the name starts with the checksum, and the file gets it
 * only when it is whole and its checksum is right.
 *
 * @throws AblateError DOWNLOAD_FAILED
 */
export async function download({ url, sha256 }: Download, cacheDirectory: string, signal?: AbortSignal): Promise<string> {
  const expected = sha256.toLowerCase();
  const name = decodeURIComponent(path.posix.basename(new URL(url).pathname)).replace(/[^\w.-]/g, '_') || 'file';
  const target = path.join(cacheDirectory, 'downloads', `${expected.slice(0, 16)}-${name}`);
  if (fs.existsSync(target)) return target;
  const partial = `${target}.${randomUUID()}.part`;
  try {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    tell(`Downloading ${url} …`);
    const found = await fetchTo(partial, url, signal);
    if (found !== expected) throw new Error(`its SHA-256 is ${found}, not ${expected}`);
    fs.renameSync(partial, target);
    return target;
  } catch (cause) {
    throw new AblateError('DOWNLOAD_FAILED', redactSecrets(`${url} could not be downloaded: ${(cause as Error).message}.`), {
      cause,
      remedy: 'Check the address and the checksum, or download the file by hand and give its path instead.',
    });
  } finally {
    fs.rmSync(partial, { force: true });
  }
}

/**
 * What an address gives, whole, without a checksum to compare it with: that is for the caller, before anything is made of it.
 *
 * @throws AblateError DOWNLOAD_FAILED
 */
export async function fetchBytes(url: string, signal?: AbortSignal): Promise<Buffer> {
  try {
    return Buffer.from((await client.get<ArrayBuffer>(url, { responseType: 'arraybuffer', ...(signal && { signal }) })).data);
  } catch (cause) {
    throw new AblateError('DOWNLOAD_FAILED', redactSecrets(`${url} could not be downloaded: ${(cause as Error).message}.`), { cause, remedy: 'Check the address, or download the file by hand and give its path instead.' });
  }
}

/** Writes what the address gives to `file`, on the disk when this returns, and answers its SHA-256. */
async function fetchTo(file: string, url: string, signal: AbortSignal | undefined): Promise<string> {
  const { data } = await client.get(url, { ...(signal && { signal }) });
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(data, hashing, fs.createWriteStream(file, { flush: true }));
  return hash.digest('hex');
}
