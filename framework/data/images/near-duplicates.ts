import { hashWords, type ImageSignature } from './image-signature.ts';

/** Bits of 256 that two hashes of one picture differ in at most. */
const mostBits = 36;
/** Mean difference of brightness that two small images of one picture have at most. */
const mostDifference = 9;

/** Two images that look the same. */
export interface NearDuplicate {
  readonly first: number;
  readonly second: number;
  /** Whether one is the other's mirror image. */
  readonly mirrored: boolean;
}

/**
 * Finds the pairs of images that show the same picture, resized, compressed anew or mirrored. Images of one brightness
 * all look the same and are left out. The time grows with the square of their number: seconds for 10,000.
 */
export function nearDuplicates(images: readonly ImageSignature[]): readonly NearDuplicate[] {
  const rows = Int32Array.from(images.keys()).filter((row) => !images[row]!.flat);
  const [hashes, mirrors] = (['hash', 'mirrored'] as const).map((name) => {
    const words = new Uint32Array(rows.length * hashWords);
    rows.forEach((row, index) => words.set(images[row]![name], index * hashWords));
    return words;
  }) as [Uint32Array, Uint32Array];
  const pairs: NearDuplicate[] = [];
  for (let one = 0; one < rows.length; one++) {
    for (let other = one + 1; other < rows.length; other++) {
      const straight = isNear(hashes, one, hashes, other);
      if (!straight && !isNear(mirrors, one, hashes, other)) continue;
      const [first, second] = [rows[one]!, rows[other]!];
      if (straight && difference(images[first]!.gray, images[second]!.gray, false) <= mostDifference)
        pairs.push({ first, second, mirrored: false });
      else if (difference(images[first]!.gray, images[second]!.gray, true) <= mostDifference)
        pairs.push({ first, second, mirrored: true });
    }
  }
  return pairs;
}

/** Whether two hashes differ in few bits; most pairs are told apart by their first words. */
function isNear(left: Uint32Array, one: number, right: Uint32Array, other: number): boolean {
  let bits = 0;
  for (let word = 0; word < hashWords; word++) {
    bits += ones(left[one * hashWords + word]! ^ right[other * hashWords + word]!);
    if (bits > mostBits) return false;
  }
  return true;
}

/** Counts the ones of 32 bits, many at a time (Warren, *Hacker's Delight*, 5–1). */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const quads = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((quads + (quads >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function difference(left: Uint8Array, right: Uint8Array, mirrored: boolean): number {
  const side = Math.sqrt(left.length);
  let sum = 0;
  for (let at = 0; at < left.length; at++) {
    const other = mirrored ? at - (at % side) + side - 1 - (at % side) : at;
    sum += Math.abs(left[at]! - right[other]!);
  }
  return sum / left.length;
}
