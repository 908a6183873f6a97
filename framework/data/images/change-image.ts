import type { ImageShape } from '../../contracts/dataset.ts';
import type { Change } from './augmentation.ts';

/** An image after a change: `image` and the result are `[height, width, channels]` bytes. */
export function changeImage(image: Uint8Array, shape: ImageShape, change: Change): Uint8Array {
  return recolored(moved(image, shape, change), shape, change);
}

/** Takes every pixel from where the change brings it from: between four pixels where it zooms, black from outside. */
function moved(
  image: Uint8Array,
  [height, width, channels]: ImageShape,
  { flip, part, shift: [down, right] }: Change,
): Uint8Array {
  const result = new Uint8Array(image.length);
  const rows = placesAlong(height, part.top, part.side, down, false);
  const columns = placesAlong(width, part.left, part.side, right, flip);
  for (let y = 0; y < height; y++) {
    if (rows.low[y]! < 0) continue;
    const [upper, lower, below] = [rows.low[y]! * width, rows.high[y]! * width, rows.share[y]!];
    for (let x = 0; x < width; x++) {
      const [left, right, beside] = [columns.low[x]!, columns.high[x]!, columns.share[x]!];
      if (left < 0) continue;
      for (let channel = 0; channel < channels; channel++) {
        const at = (y * width + x) * channels + channel;
        const corner = image[(upper + left) * channels + channel]!;
        if (below === 0 && beside === 0) {
          result[at] = corner;
          continue;
        }
        const above = corner + (image[(upper + right) * channels + channel]! - corner) * beside;
        const under = image[(lower + left) * channels + channel]!;
        result[at] = Math.round(
          above + (under + (image[(lower + right) * channels + channel]! - under) * beside - above) * below,
        );
      }
    }
  }
  return result;
}

/**
 * Pixels that each pixel along a side lies between, and how far it is from the lower to the higher; a lower one of −1
 * means outside.
 */
interface Places {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float64Array;
}

function placesAlong(length: number, start: number, side: number, shift: number, flip: boolean): Places {
  const places = {
    low: new Int32Array(length).fill(-1),
    high: new Int32Array(length),
    share: new Float64Array(length),
  };
  for (let index = 0; index < length; index++) {
    const straight = flip ? length - 1 - index : index;
    const from = start * length + (straight - shift + 0.5) * side - 0.5;
    if (from < -0.5 - tiny || from > length - 0.5 + tiny) continue;
    const low = Math.floor(from + tiny);
    places.low[index] = Math.max(0, low);
    places.high[index] = Math.min(length - 1, low + 1);
    places.share[index] = from - low < tiny ? 0 : from - low;
  }
  return places;
}

/** Differences from a whole number that are rounding alone. */
const tiny = 1e-6;

/** Brightness, contrast and saturation in this order, each within 0 … 255; changes `image`. */
function recolored(
  image: Uint8Array,
  [, , channels]: ImageShape,
  { brightness, contrast, saturation }: Change,
): Uint8Array {
  if (brightness === 1 && contrast === 1 && saturation === 1) return image;
  const result = new Uint8ClampedArray(image.buffer, image.byteOffset, image.length);
  let sum = 0;
  for (let at = 0; at < result.length; at++) {
    result[at] = result[at]! * brightness;
    sum += result[at]!;
  }
  const mean = sum / result.length;
  for (let at = 0; at < result.length; at++) result[at] = mean + (result[at]! - mean) * contrast;
  for (let at = 0; channels === 3 && at < result.length; at += 3) {
    const gray = 0.299 * result[at]! + 0.587 * result[at + 1]! + 0.114 * result[at + 2]!;
    for (let channel = at; channel < at + 3; channel++) result[channel] = gray + (result[channel]! - gray) * saturation;
  }
  return image;
}
