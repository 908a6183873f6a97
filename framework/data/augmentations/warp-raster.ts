import type { Raster } from '../../contracts/augmentation.ts';

/** `[a, b, c, d, e, f]`: the pixel at `(x, y)` comes from `(a·x + b·y + c, d·x + e·y + f)`. */
export type AffineMatrix = readonly [number, number, number, number, number, number];

/** How an image is turned, moved, stretched and slanted, as torchvision's `affine` has it. */
export interface AffineChange {
  /** Degrees, clockwise. */
  readonly angle: number;
  /** Pixels, right and down. */
  readonly translate: readonly [x: number, y: number];
  readonly scale: number;
  /** Degrees along x and y. */
  readonly shear: readonly [x: number, y: number];
  /** The point that stays where it is but for `translate`; the middle of the image where it is left out. */
  readonly center?: readonly [x: number, y: number];
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Computes where the pixels of a changed image come from: torchvision's `_get_inverse_affine_matrix`. */
export function affineMatrix(
  { angle, translate: [right, down], scale, shear, center }: AffineChange,
  { height, width }: Pick<Raster, 'height' | 'width'>,
): AffineMatrix {
  const [turn, slantX, slantY] = [radians(angle), radians(shear[0]), radians(shear[1])];
  const [x, y] = center ?? [width / 2, height / 2];
  const a = Math.cos(turn - slantY) / Math.cos(slantY);
  const b = (-Math.cos(turn - slantY) * Math.tan(slantX)) / Math.cos(slantY) - Math.sin(turn);
  const c = Math.sin(turn - slantY) / Math.cos(slantY);
  const d = (-Math.sin(turn - slantY) * Math.tan(slantX)) / Math.cos(slantY) + Math.cos(turn);
  const [m0, m1, m3, m4] = [d / scale, -b / scale, -c / scale, a / scale];
  return [m0, m1, m0 * (-x - right) + m1 * (-y - down) + x, m3, m4, m3 * (-x - right) + m4 * (-y - down) + y];
}

/**
 * Takes every pixel from where the matrix says, with `fill` for what lies outside: Pillow's `Image.transform`, nearest
 * in 16.16 fixed point as there, bilinear between the centers of four pixels.
 */
export function warpRaster(
  image: Raster,
  matrix: AffineMatrix,
  { interpolation, fill }: { readonly interpolation: 'nearest' | 'bilinear'; readonly fill: number },
): Raster {
  const result = new Uint8Array(image.data.length).fill(fill);
  if (interpolation === 'bilinear') bilinear(image, matrix, result);
  else if (matrix[1] === 0 && matrix[3] === 0) scaled(image, matrix, result);
  else nearest(image, matrix, result);
  return { ...image, data: result };
}

function nearest({ data, height, width, channels }: Raster, matrix: AffineMatrix, result: Uint8Array): void {
  const fixed = (value: number): number => Math.floor(value * 65536 + 0.5);
  const [a, b, c, d, e, f] = matrix;
  const [stepX, stepY, acrossX, acrossY] = [fixed(a), fixed(d), fixed(b), fixed(e)];
  let [startX, startY] = [fixed(c + a * 0.5 + b * 0.5), fixed(f + d * 0.5 + e * 0.5)];
  for (let y = 0; y < height; y++) {
    let [fromX, fromY] = [startX, startY];
    for (let x = 0; x < width; x++) {
      const [column, row] = [Math.floor(fromX / 65536), Math.floor(fromY / 65536)];
      if (column >= 0 && column < width && row >= 0 && row < height)
        for (let channel = 0; channel < channels; channel++)
          result[(y * width + x) * channels + channel] = data[(row * width + column) * channels + channel]!;
      fromX += stepX;
      fromY += stepY;
    }
    startX += acrossX;
    startY += acrossY;
  }
}

/** Without turning or slanting, Pillow takes another way: rows and columns by themselves, not in fixed point. */
function scaled({ data, height, width, channels }: Raster, matrix: AffineMatrix, result: Uint8Array): void {
  const [a, , c, , e, f] = matrix;
  const along = (length: number, start: number, step: number): Int32Array => {
    let from = start + step * 0.5;
    return Int32Array.from({ length }, () => {
      const place = from < 0 ? -1 : Math.trunc(from);
      from += step;
      return place < length ? place : -1;
    });
  };
  const [columns, rows] = [along(width, c, a), along(height, f, e)];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      if (rows[y]! >= 0 && columns[x]! >= 0)
        for (let channel = 0; channel < channels; channel++)
          result[(y * width + x) * channels + channel] = data[(rows[y]! * width + columns[x]!) * channels + channel]!;
}

function bilinear({ data, height, width, channels }: Raster, matrix: AffineMatrix, result: Uint8Array): void {
  const [a, b, c, d, e, f] = matrix;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fromX = a * (x + 0.5) + b * (y + 0.5) + c;
      const fromY = d * (x + 0.5) + e * (y + 0.5) + f;
      if (fromX < 0 || fromX >= width || fromY < 0 || fromY >= height) continue;
      const [column, row] = [Math.floor(fromX - 0.5), Math.floor(fromY - 0.5)];
      const [right, down] = [fromX - 0.5 - column, fromY - 0.5 - row];
      const [left, next] = [Math.max(0, column), Math.min(width - 1, column + 1)];
      const [upper, lower] = [Math.max(0, row), Math.min(height - 1, row + 1)];
      for (let channel = 0; channel < channels; channel++) {
        const at = (line: number, place: number): number => data[(line * width + place) * channels + channel]!;
        const above = at(upper, left) + (at(upper, next) - at(upper, left)) * right;
        const below = at(lower, left) + (at(lower, next) - at(lower, left)) * right;
        result[(y * width + x) * channels + channel] = Math.trunc(above + (below - above) * down);
      }
    }
  }
}
