const scaled = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

/** Scales bytes 0 … 255 to numbers in [−1, 1], same length: 0 becomes −1, 255 becomes 1. */
export function scalePixels(bytes: Uint8Array): Float32Array {
  const pixels = new Float32Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) {
    pixels[index] = scaled[bytes[index]!]!;
  }
  return pixels;
}
