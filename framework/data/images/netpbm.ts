/** A binary PGM (P5) or PPM (P6) image, decoded. */
export interface Netpbm {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** `[height, width, channels]` */
  readonly pixels: Uint8Array;
}

/** Tells whether bytes start as a binary PGM or PPM file does. */
export const isNetpbm = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && (bytes[1] === 0x35 || bytes[1] === 0x36);

/**
 * Decodes a binary PGM or PPM file of 8 bits a channel, which sharp's prebuilt library does not read.
 *
 * @throws Error saying what is wrong with it
 */
export function decodeNetpbm(bytes: Uint8Array): Netpbm {
  const text = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  const header = /^P([56])(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)(?:\s|#[^\n]*\n)+(\d+)\s/.exec(text);
  if (!header) throw new Error('its header is not that of a binary PGM or PPM file');
  const [width, height, most] = [Number(header[2]), Number(header[3]), Number(header[4])];
  const channels = header[1] === '5' ? 1 : 3;
  if (most < 1 || most > 255) throw new Error(`its largest value is ${most}, where 8 bits end at 255`);
  const pixels = bytes.subarray(header[0].length, header[0].length + height * width * channels);
  if (width === 0 || pixels.length !== height * width * channels || pixels.length === 0)
    throw new Error(`it holds ${pixels.length} of ${height} × ${width} × ${channels} bytes`);
  return {
    height,
    width,
    channels,
    pixels: most === 255 ? pixels : pixels.map((value) => Math.round((value * 255) / most)),
  };
}
