import { open } from 'node:fs/promises';
import { AblateError } from 'ablate-ml';
import type { RecordIndex } from './record-index.ts';

/** A record of an image file: its labels, and the bytes of its image. */
interface ImageRecord {
  /** One number, or as many as the record was written with. */
  readonly labels: readonly number[];
  readonly image: Uint8Array;
}

/** An open `.rec` file. */
export interface RecordFile {
  readonly file: string;
  /** @param position in the order of the index's keys */
  read(position: number): Promise<ImageRecord>;
  close(): Promise<void>;
}

/**
 * First word of every part of a record; where a record's own bytes hold it aligned, the writer cuts it out and starts
 * another part.
 */
const magic = 0xced7230a;
/** Bytes of flag, label and two numbers before the labels and the image. */
const header = 24;

/**
 * Opens a `.rec` file by its index, and checks that no record begins or ends beyond its end.
 *
 * @throws AblateError DATA_INVALID naming file and offset
 */
export async function openRecords(file: string, { offsets }: RecordIndex): Promise<RecordFile> {
  const handle = await open(file);
  const { size } = await handle.stat();
  const fail = (what: string): AblateError =>
    new AblateError('DATA_INVALID', `${file} ${what}.`, {
      remedy: 'The file is cut off or belongs to another index; get both again.',
    });
  const bytesAt = async (offset: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
    if (bytesRead < length) throw fail(`ends after ${size} bytes, within the record at ${offset}`);
    return buffer;
  };
  const payload = async (offset: number): Promise<Buffer> => {
    const parts: Buffer[] = [];
    for (let at = offset; ; ) {
      const head = await bytesAt(at, 8);
      if (head.readUInt32LE(0) !== magic)
        throw fail(`holds no record at ${at}, which begins with ${head.readUInt32LE(0)} and not ${magic}`);
      const [part, length] = [head.readUInt32LE(4) >>> 29, head.readUInt32LE(4) & 0x1fffffff];
      if (at + 8 + length > size) throw fail(`ends after ${size} bytes, within the record at ${at} of ${length} bytes`);
      parts.push(await bytesAt(at + 8, length));
      if (part === 0 || part === 3)
        return parts.length === 1
          ? parts[0]!
          : Buffer.concat(parts.flatMap((bytes, index) => (index === 0 ? [bytes] : [magicBytes, bytes])));
      at += 8 + Math.ceil(length / 4) * 4;
    }
  };
  const read = async (position: number): Promise<ImageRecord> => {
    const bytes = await payload(offsets[position]!);
    const count = bytes.length < header ? 0 : bytes.readUInt32LE(0);
    if (bytes.length < header + 4 * count)
      throw fail(`holds a record at ${offsets[position]} of ${bytes.length} bytes, too few for its header`);
    const labels =
      count === 0
        ? [bytes.readFloatLE(4)]
        : Array.from({ length: count }, (_, index) => bytes.readFloatLE(header + 4 * index));
    return { labels, image: bytes.subarray(header + 4 * count) };
  };
  try {
    const last = offsets.reduce((most, offset) => Math.max(most, offset), 0);
    if (last >= size) throw fail(`has ${size} bytes, where its index puts a record at ${last}`);
    await payload(last);
  } catch (error) {
    await handle.close();
    throw error;
  }
  return { file, read, close: () => handle.close() };
}

const magicBytes = Buffer.alloc(4);
magicBytes.writeUInt32LE(magic);
