import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AblateError } from 'ablate-ml';
import { fileKindClause } from 'ablate-ml/data';

/** A file within a tar file. */
export interface TarEntry {
  readonly name: string;
  /** Byte at which its content begins. */
  readonly offset: number;
  readonly size: number;
}

const block = 512;
/** Longest name or list of attributes that is read. */
const maxAttributes = 2 ** 20;

/**
 * Finds the files of a tar file (ustar, pax or GNU), found by their headers alone; nothing is unpacked.
 *
 * @throws AblateError DATA_INVALID naming the file and the offset at which it is not what it should be
 */
export function readTarIndex(file: string): readonly TarEntry[] {
  const fd = openSync(file, 'r');
  const { size: total } = fstatSync(fd);
  const fail = (what: string): never => {
    throw new AblateError('DATA_INVALID', `${file} ${what}.`, {
      remedy: 'Get the shard again; a packed one, .tar.gz, has to be unpacked by gunzip first.',
    });
  };
  const bytesAt = (offset: number, length: number): Buffer => {
    if (offset + length > total) fail(`ends after ${total} bytes, within what begins at ${offset}`);
    const bytes = Buffer.alloc(length);
    readSync(fd, bytes, 0, length, offset);
    return bytes;
  };
  try {
    const entries: TarEntry[] = [];
    let [longName, attributes] = ['', new Map<string, string>()];
    for (let at = 0; at < total; ) {
      const header = bytesAt(at, block);
      if (header.every((byte) => byte === 0)) break;
      if (checksum(header) !== octal(header, 148, 8))
        fail(`has no tar header at ${at}${at === 0 ? fileKindClause(header) : ''}`);
      const size = Number(attributes.get('size') ?? octal(header, 124, 12));
      const offset = at + block;
      if (!(size >= 0) || offset + size > total)
        fail(`ends after ${total} bytes, within the ${size} bytes at ${offset}`);
      const type = String.fromCharCode(header[156]!);
      if ('xLg'.includes(type) && size > maxAttributes) fail(`has attributes of ${size} bytes at ${at}`);
      if (type === 'x') attributes = paxAttributes(bytesAt(offset, size).toString());
      else if (type === 'L') longName = text(bytesAt(offset, size), 0, size);
      else if (type !== 'g') {
        const name = attributes.get('path') ?? (longName || ustarName(header));
        if (type === '0' || type === '\0') entries.push({ name, offset, size });
        [longName, attributes] = ['', new Map()];
      }
      at = offset + Math.ceil(size / block) * block;
    }
    return entries;
  } finally {
    closeSync(fd);
  }
}

/** Sum of the header's bytes with its own checksum taken for blanks. */
const checksum = (header: Buffer): number =>
  header.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);

function text(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('utf8', start, end < 0 || end > start + length ? start + length : end);
}

/** A number in octal digits, or in binary where the first bit is set, as GNU writes large ones. */
function octal(header: Buffer, start: number, length: number): number {
  if (header[start]! & 0x80) return header.readUIntBE(start + length - 6, 6);
  const digits = text(header, start, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

function ustarName(header: Buffer): string {
  const prefix = text(header, 257, 5) === 'ustar' && header[263] === 0x30 ? text(header, 345, 155) : '';
  const name = text(header, 0, 100);
  return prefix ? `${prefix}/${name}` : name;
}

/** Lines of `length key=value`. */
function paxAttributes(lines: string): Map<string, string> {
  return new Map([...lines.matchAll(/^\d+ ([^=\n]+)=(.*)$/gm)].map(([, key, value]) => [key!, value!]));
}
