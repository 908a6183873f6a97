import type { ImageSize, Raster } from '../../contracts/augmentation.ts';

/** What lies outside of an image: one value, the pixel at its edge, or the image mirrored at its edge pixels. */
export type Padding = number | 'edge' | 'reflect';

/**
 * Cuts a part out of an image, which may reach beyond it.
 *
 * @param at of the part's first pixel, `[top, left]`, negative for one above or left of the image
 */
export function cropRaster(
  { data, height, width, channels }: Raster,
  [top, left]: readonly [top: number, left: number],
  [rows, columns]: ImageSize,
  padding: Padding = 0,
): Raster {
  const result = new Uint8Array(rows * columns * channels);
  const inside = left >= 0 && left + columns <= width;
  const from = Int32Array.from({ length: columns }, (_, x) => placeWithin(left + x, width, padding));
  const fill = typeof padding === 'number' ? padding : 0;
  for (let y = 0; y < rows; y++) {
    const row = placeWithin(top + y, height, padding);
    const at = y * columns * channels;
    if (row < 0) result.fill(fill, at, at + columns * channels);
    else if (inside) {
      const begin = (row * width + left) * channels;
      result.set(data.subarray(begin, begin + columns * channels), at);
    } else
      for (let x = 0; x < columns; x++)
        for (let channel = 0; channel < channels; channel++)
          result[at + x * channels + channel] =
            from[x]! < 0 ? fill : data[(row * width + from[x]!) * channels + channel]!;
  }
  return { data: result, height: rows, width: columns, channels };
}

/** Where a pixel along a side comes from; −1 for the fill. */
function placeWithin(place: number, length: number, padding: Padding): number {
  if (place >= 0 && place < length) return place;
  if (typeof padding === 'number') return -1;
  if (padding === 'edge' || length === 1) return Math.max(0, Math.min(length - 1, place));
  const period = 2 * (length - 1);
  const along = ((place % period) + period) % period;
  return along < length ? along : period - along;
}

/** Mirrors an image left to right, or upside down. */
export function flipRaster({ data, height, width, channels }: Raster, direction: 'horizontal' | 'vertical'): Raster {
  const result = new Uint8Array(data.length);
  const line = width * channels;
  for (let y = 0; y < height; y++) {
    if (direction === 'vertical') result.set(data.subarray(y * line, (y + 1) * line), (height - 1 - y) * line);
    else
      for (let x = 0; x < width; x++)
        for (let channel = 0; channel < channels; channel++)
          result[y * line + x * channels + channel] = data[y * line + (width - 1 - x) * channels + channel]!;
  }
  return { data: result, height, width, channels };
}
