import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Writable, Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import axios from 'axios';
import axiosRetry from 'axios-retry';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { tell } from '../../base/system/tell.ts';

/** An address and the SHA-256, in hexadecimal digits, of what must arrive from it. */
export interface Download {
  readonly url: string;
  readonly sha256: string;
}

/**
 * Ends an inspection at a file that is not there yet and must not be fetched: nothing can be said of it, which is no
 * fault.
 */
export class NotFetched extends Error {}

/** What a download may take. */
interface DownloadLimits {
  /**
   * Milliseconds without an answer after which a server counts as out of reach, and in each of which 1 KiB must arrive.
   */
  readonly patience: number;
  /** Bytes beyond which nothing is taken from a server that does not say how many there are. */
  readonly maxBytes: number;
}

const usual: DownloadLimits = { patience: 30_000, maxBytes: 2 ** 36 };
/** Bytes of the largest file that is held in memory. */
const maxInMemory = 2 ** 31 - 1;
/** Bytes in as long as `patience` below which a download makes no progress. */
const minProgress = 1024;

// A checksum is of the file as it lies on the server: nothing is to be packed for the way, nor unpacked because its
// name ends in .gz.
const client = axios.create({ responseType: 'stream', decompress: false, headers: { 'Accept-Encoding': 'identity' } });
axiosRetry(client, { retries: 3, retryDelay: axiosRetry.exponentialDelay });

/**
 * Downloads a file once, and answers its path in `cacheDirectory`: the name starts with the checksum, and the file gets
 * it only when it is whole and its checksum is right.
 *
 * @param signal gives up
 * @throws AblateError DOWNLOAD_FAILED
 */
export async function download(
  { url, sha256 }: Download,
  cacheDirectory: string,
  signal?: AbortSignal,
  limits = usual,
): Promise<string> {
  const expected = sha256.toLowerCase();
  const target = targetOf({ url, sha256 }, cacheDirectory);
  if (fs.existsSync(target)) return target;
  const partial = `${target}.${randomUUID()}.part`;
  const hash = createHash('sha256');
  const hashing = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    fs.mkdirSync(path.dirname(target), { recursive: true });
    tell(`Downloading ${url} …`);
    await fetchInto([hashing, fs.createWriteStream(partial, { flush: true })], url, signal, {
      ...limits,
      room: freeBytes(path.dirname(target)),
    });
    const found = hash.digest('hex');
    if (found !== expected) throw new Error(`its SHA-256 is ${found}, not ${expected}`);
    fs.renameSync(partial, target);
    return target;
  } catch (cause) {
    throw failed(
      url,
      cause,
      'Check the address and the checksum, or download the file by hand and give its path instead.',
    );
  } finally {
    fs.rmSync(partial, { force: true });
  }
}

/**
 * Fetches what an address gives, whole, without a checksum to compare it with: that is for the caller, before anything
 * is made of it.
 *
 * @param signal gives up
 * @throws AblateError DOWNLOAD_FAILED
 */
export async function fetchBytes(url: string, signal?: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const keeping = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(chunk as Buffer);
      done();
    },
  });
  try {
    await fetchInto([keeping], url, signal, { ...usual, maxBytes: maxInMemory, room: maxInMemory });
    return Buffer.concat(chunks);
  } catch (cause) {
    throw failed(url, cause, 'Check the address, or download the file by hand and give its path instead.');
  }
}

/** Tells whether a file is in the cache. */
export const isDownloaded = (file: Download, cacheDirectory: string): boolean =>
  fs.existsSync(targetOf(file, cacheDirectory));

const targetOf = ({ url, sha256 }: Download, cacheDirectory: string): string =>
  path.join(cacheDirectory, 'downloads', `${sha256.toLowerCase().slice(0, 16)}-${fileName(url)}`);

/** Name of the file of an address, of letters that every file system takes. */
function fileName(url: string): string {
  const name = path.posix.basename(new URL(url).pathname);
  return name.replace(/%[\da-f]{2}|[^\w.-]/gi, '_').slice(-150) || 'file';
}

const freeBytes = (folder: string): number => {
  const { bavail, bsize } = fs.statfsSync(folder);
  return bavail * bsize;
};

function failed(url: string, cause: unknown, remedy: string): AblateError {
  return new AblateError(
    'DOWNLOAD_FAILED',
    redactSecrets(`${url} could not be downloaded: ${(cause as Error).message}.`),
    { cause, remedy },
  );
}

/** Lets flow what an address gives, as long as it makes progress, and there is room for it. */
async function fetchInto(
  sinks: readonly [...Transform[], Writable],
  url: string,
  signal: AbortSignal | undefined,
  { patience, maxBytes, room }: DownloadLimits & { readonly room: number },
): Promise<void> {
  const { data, headers } = await client.get<Readable>(url, { timeout: patience, ...(signal && { signal }) });
  const said = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
  const most = Math.min(room, said ?? maxBytes);
  let [taken, counted] = [0, 0];
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      taken += chunk.length;
      if (taken > most)
        done(
          new Error(
            `it has more than the ${most} bytes ${most === room ? 'that there is room for' : 'that are taken'}`,
          ),
        );
      else done(null, chunk);
    },
  });
  const watch = setInterval(() => {
    if (taken - counted < minProgress)
      data.destroy(new Error(`the server sent ${taken - counted} bytes in ${patience / 1000} s`));
    counted = taken;
  }, patience);
  try {
    if (said !== undefined && said > room) throw new Error(`it has ${said} bytes, and there is room for ${room}`);
    await pipeline([data, counting, ...sinks], { ...(signal && { signal }) });
  } finally {
    clearInterval(watch);
    data.destroy();
  }
}
