import type { ImageShape } from '../contracts/dataset.ts';
import type { Change } from './augmentation.ts';

/** An image after a change: `image` and the result are `[height, width, channels]` bytes. */
export function changeImage(image: Uint8Array, shape: ImageShape, change: Change): Uint8Array {
  return recoloured(moved(image, shape, change), shape, change);
}

/** Takes every pixel from where the change brings it from: between four pixels where it zooms, black from outside. */
function moved(image: Uint8Array, [height, width, channels]: ImageShape, { flip, part, shift: [down, right] }: Change): Uint8Array {
  const result = new Uint8Array(image.length);
  const columns = placesAlong(width, part.left, part.side, right, flip);
  placesAlong(height, part.top, part.side, down, false).forEach((row, y) => {
    if (row === undefined) return;
    columns.forEach((column, x) => {
      if (column === undefined) return;
      for (let channel = 0; channel < channels; channel++) {
        const at = (line: number, place: number): number => image[(line * width + place) * channels + channel]!;
        const above = at(row.low, column.low) * (1 - column.share) + at(row.low, column.high) * column.share;
        const below = at(row.high, column.low) * (1 - column.share) + at(row.high, column.high) * column.share;
        result[(y * width + x) * channels + channel] = Math.round(above * (1 - row.share) + below * row.share);
      }
    });
  });
  return result;
}

/** Where each pixel along a side comes from: between two pixels, `share` of the way to the higher; undefined for outside. */
function placesAlong(length: number, start: number, side: number, shift: number, flip: boolean): readonly ({ low: number; high: number; share: number } | undefined)[] {
  const inside = (index: number): number => Math.max(0, Math.min(length - 1, index));
  return Array.from({ length }, (_, index) => {
    const straight = flip ? length - 1 - index : index;
    const from = start * length + (straight - shift + 0.5) * side - 0.5;
    if (from < -0.5 - tiny || from > length - 0.5 + tiny) return undefined;
    const low = Math.floor(from + tiny);
    return { low: inside(low), high: inside(low + 1), share: Math.max(0, from - low) };
  });
}

/** Differences from a whole number that are rounding alone. */
const tiny = 1e-6;

/** Brightness, contrast and saturation in this order, each within 0 … 255. */
function recoloured(image: Uint8Array, [height, width, channels]: ImageShape, { brightness, contrast, saturation }: Change): Uint8Array {
  if (brightness === 1 && contrast === 1 && saturation === 1) return image;
  const bright = Uint8ClampedArray.from(image, (value) => value * brightness);
  const mean = bright.reduce((sum, value) => sum + value, 0) / bright.length;
  const result = bright.map((value) => mean + (value - mean) * contrast);
  for (let at = 0; channels === 3 && at < height * width * 3; at += 3) {
    const grey = 0.299 * result[at]! + 0.587 * result[at + 1]! + 0.114 * result[at + 2]!;
    for (let channel = at; channel < at + 3; channel++) result[channel] = grey + (result[channel]! - grey) * saturation;
  }
  return new Uint8Array(result.buffer);
}
