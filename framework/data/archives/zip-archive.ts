import fs from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import * as yauzl from 'yauzl';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { fileKindClause } from '../files/file-kind.ts';

/** Largest entry after unpacking; an image or a list of names is far smaller. */
const maxEntryBytes = 256 * 2 ** 20;
/** How many times larger than packed a larger entry may be after unpacking; float arrays hardly shrink at all. */
const maxExpansion = 100;

/** A zip file open for reading, entry by entry in memory: nothing of it is ever written to disk. */
export interface ZipArchive {
  readonly file: string;
  /** Names of its files in the archive's order; folders are left out. */
  readonly names: readonly string[];
  /** CRC-32 of a file, as its directory gives it. */
  checksum(name: string): number;
  /** How many bytes a file has unpacked, as its directory gives it. */
  size(name: string): number;
  /** Unpacked bytes of a file. */
  read(name: string): Promise<Uint8Array>;
  /** Unpacked bytes of a file as they come; may break off with an error where the archive is damaged. */
  stream(name: string): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}

/** What an archive may hold. */
export interface ZipLimits {
  /** Entries of any size, as long as they unpack to no more than 100 times what they take; not, by default. */
  readonly largeEntries?: boolean;
}

/**
 * Opens a zip file and checks its whole directory first: names that leave the archive (`../`, absolute ones), entries
 * that unpack to more than 256 MiB, and entries that share their bytes are refused. An entry that unpacks to another
 * size than the directory says is refused when it is read.
 *
 * @throws AblateError DATA_INVALID naming the archive and the entry
 */
export async function openZip(file: string, { largeEntries = false }: ZipLimits = {}): Promise<ZipArchive> {
  const refuse = (what: string, cause?: unknown): never => {
    throw new AblateError('DATA_INVALID', `${file} ${what}.`, {
      cause,
      remedy: 'Get the archive again from where it was published.',
    });
  };
  let zip: yauzl.ZipFile | undefined;
  const entries = new Map<string, yauzl.Entry>();
  let twice: string | undefined;
  try {
    zip = await yauzl.openPromise(file, { autoClose: false, lazyEntries: true });
    for await (const entry of zip.eachEntry()) {
      twice ??= entries.has(entry.fileName) ? entry.fileName : undefined;
      entries.set(entry.fileName, entry);
    }
  } catch (cause) {
    zip?.close();
    return refuse(
      `is not a zip file that can be read${(await kindClauseOf(file)) || `: ${(cause as Error).message}`}`,
      cause,
    );
  }
  try {
    if (twice !== undefined) refuse(`holds ${twice} twice`);
    checkEntries(entries, (await fs.stat(file)).size, { largeEntries }, refuse);
  } catch (error) {
    zip.close();
    throw error;
  }
  const archive = zip;
  return {
    file,
    names: [...entries.keys()],
    checksum: (name) => entries.get(name)!.crc32,
    size: (name) => entries.get(name)!.uncompressedSize,
    async read(name) {
      try {
        return await buffer(await archive.openReadStreamPromise(entries.get(name)!));
      } catch (cause) {
        return refuse(`holds ${name}, which cannot be unpacked: ${(cause as Error).message}`, cause);
      }
    },
    stream: (name) =>
      archive
        .openReadStreamPromise(entries.get(name)!)
        .catch((cause: Error) => refuse(`holds ${name}, which cannot be unpacked: ${cause.message}`, cause)),
    close: () => archive.close(),
  };
}

/** What a file is that is no zip file; empty for one that is damaged, or unknown. */
async function kindClauseOf(file: string): Promise<string> {
  const start = Buffer.alloc(512);
  const handle = await fs.open(file);
  try {
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    return start.toString('latin1', 0, 2) === 'PK' ? '' : fileKindClause(start.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

/** Refuses what no archive of images or arrays holds; takes the folders out. */
function checkEntries(
  entries: Map<string, yauzl.Entry>,
  size: number,
  { largeEntries = false }: ZipLimits,
  refuse: (what: string) => never,
): void {
  let packed = 0;
  for (const [name, entry] of entries) {
    packed += entry.compressedSize;
    const most = largeEntries ? Math.max(maxEntryBytes, maxExpansion * entry.compressedSize) : maxEntryBytes;
    if (entry.uncompressedSize > most)
      refuse(`holds ${name}, which unpacks to ${entry.uncompressedSize} bytes, more than the ${most} that are read`);
    if (entry.isEncrypted()) refuse(`holds ${name}, which is encrypted`);
    if (name.endsWith('/')) entries.delete(name);
  }
  if (packed > size)
    refuse(
      `holds entries of ${packed} bytes in all, more than the file has: they share their bytes, as a zip bomb's do`,
    );
}
