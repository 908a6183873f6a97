/** What a TIFF file made for a test holds. */
export interface TiffFixture {
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16 | 32;
  /** As the standard numbers them: 1 without a sign, 2 with one, 3 fractions. */
  readonly format: 1 | 2 | 3;
  /** Little-endian, one channel, row by row. */
  readonly data: Buffer;
}

/** Makes a little-endian TIFF file of one channel, not compressed. */
export function tiffFixture({ width, height, bits, format, data }: TiffFixture): Buffer {
  const entries = [
    [256, width],
    [257, height],
    [258, bits],
    [259, 1],
    [262, 1],
    [273, 8],
    [277, 1],
    [278, height],
    [279, data.length],
    [339, format],
  ] as const;
  const directory = Buffer.alloc(2 + 12 * entries.length + 4);
  directory.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, value], index) => {
    const at = 2 + 12 * index;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(4, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(value, at + 8);
  });
  const header = Buffer.from([0x49, 0x49, 42, 0, 0, 0, 0, 0]);
  header.writeUInt32LE(8 + data.length, 4);
  return Buffer.concat([header, data, directory]);
}
