import { deflateRawSync } from 'node:zlib';

/** An entry of a zip file made for a test, and what its directory lies about. */
export interface FixtureEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Size that the directory gives; the true one by default. */
  readonly claimedSize?: number;
  /** Gives the bytes of the entry before it once more. */
  readonly overlaps?: boolean;
}

/** Makes a zip file for tests, deflated, with whatever faults its entries ask for. */
export function zipFixture(entries: readonly FixtureEntry[]): Buffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let [offset, previous] = [0, 0];
  for (const { name, bytes, claimedSize = bytes.length, overlaps = false } of entries) {
    const packed = deflateRawSync(bytes);
    const header = (signature: number, before: number[]): Buffer => {
      const fields = Buffer.alloc(signature === 0x04034b50 ? 30 : 46);
      fields.writeUInt32LE(signature, 0);
      const at = signature === 0x04034b50 ? 4 : 6;
      [20, 0, 8, 0, 0].forEach((value, index) => fields.writeUInt16LE(value, at + 2 * index));
      [0, packed.length, claimedSize].forEach((value, index) => fields.writeUInt32LE(value, at + 10 + 4 * index));
      fields.writeUInt16LE(Buffer.byteLength(name), at + 22);
      before.forEach((value) => fields.writeUInt32LE(value, 42));
      return Buffer.concat([fields, Buffer.from(name)]);
    };
    const start = overlaps ? previous : offset;
    directory.push(header(0x02014b50, [start]));
    if (overlaps) continue;
    const local = Buffer.concat([header(0x04034b50, []), packed]);
    files.push(local);
    previous = offset;
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files, central, end]);
}
