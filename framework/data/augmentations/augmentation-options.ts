import { z } from 'zod';
import type { ImageSize } from '../../contracts/augmentation.ts';
import { interpolations } from './resize-raster.ts';

const side = z.number().int().min(1).max(4096);

/** Makes the option `p`. */
export const probability = (byDefault = 1) =>
  z.number().min(0).max(1).default(byDefault).describe('how often an image is changed');

/** Option `size` of what brings images to one size. */
export const sizeOption = z.union([side, z.tuple([side, side])]);

/** Option `interpolation` of what resizes. */
export const interpolationOption = z
  .enum(interpolations)
  .default('bilinear')
  .describe("filter that resizes, as Pillow's of that name, with antialiasing");

/** Option `interpolation` of what moves pixels. */
export const warpInterpolation = z
  .enum(['nearest', 'bilinear'])
  .default('nearest')
  .describe('`nearest`, or `bilinear` between four pixels');

/** Makes an option of a range `[low, high]` whose ends lie between two numbers. */
export const rangeOption = (least: number, most = Infinity) => {
  const end = most === Infinity ? z.number().min(least) : z.number().min(least).max(most);
  return z.tuple([end, end]).refine(([low, high]) => low <= high, { message: 'the first is at most the second' });
};

/** Gives `[height, width]` of `size`. */
export const sidesOf = (size: number | readonly [number, number]): ImageSize =>
  typeof size === 'number' ? [size, size] : size;

/** Rounds as Python does: halves to the even neighbor. */
export function roundHalfToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest === 0.5 ? down + (down % 2 === 0 ? 0 : 1) : Math.round(value);
}
