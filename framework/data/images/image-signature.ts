import sharp from 'sharp';

/** Side of the small gray image that two images are compared by. */
const side = 32;
/** Differences of neighbors, across and down, on a coarser grid. */
const grid = 16;
/** Words of 32 bits that a hash has. */
export const hashWords = (grid * grid) / 32;

/** What is known of an image's look, whatever its size, compression and side. */
export interface ImageSignature {
  readonly width: number;
  readonly height: number;
  /** Brightness `[32 · 32]`, row-major. */
  readonly gray: Uint8Array;
  /** A bit a place of a 16 × 16 grid: whether it is brighter than its right neighbor. */
  readonly hash: Uint32Array;
  /** The hash of the image mirrored left to right. */
  readonly mirrored: Uint32Array;
  /** Whether all of it is nearly of one brightness. */
  readonly flat: boolean;
}

/**
 * Reads the look of an encoded image: a difference hash (Krawetz, 2013) of 256 bits, and a small image that settles what
 * the hash finds alike.
 *
 * @throws Error where it cannot be decoded
 */
export async function imageSignature(bytes: Uint8Array): Promise<ImageSignature> {
  const image = sharp(bytes, { failOn: 'error' }).autoOrient();
  const { width, height, autoOrient } = await image.metadata();
  const gray = await image.flatten().grayscale().resize(side, side, { fit: 'fill' }).raw().toBuffer();
  const [least, most] = [Math.min(...gray), Math.max(...gray)];
  const cells = cellsOf(gray);
  return {
    width: autoOrient?.width ?? width,
    height: autoOrient?.height ?? height,
    gray,
    hash: differenceHash(cells),
    mirrored: differenceHash(cells.map((_, at) => cells[at - (at % grid) + grid - 1 - (at % grid)]!)),
    flat: most - least <= 8,
  };
}

/** Mean brightness of each 2 × 2 square. */
function cellsOf(gray: Uint8Array): Float64Array {
  return Float64Array.from({ length: grid * grid }, (_, at) => {
    const [row, column] = [2 * Math.floor(at / grid), 2 * (at % grid)];
    const first = row * side + column;
    return (gray[first]! + gray[first + 1]! + gray[first + side]! + gray[first + side + 1]!) / 4;
  });
}

function differenceHash(cells: Float64Array): Uint32Array {
  const hash = new Uint32Array(hashWords);
  cells.forEach((cell, at) => {
    // The last of a row is held against its first, so that every place has a bit.
    const right = cells[at % grid === grid - 1 ? at - grid + 1 : at + 1]!;
    if (cell > right) hash[at >>> 5]! |= 1 << (at & 31);
  });
  return hash;
}
