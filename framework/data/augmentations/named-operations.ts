import { z } from 'zod';
import type { Raster } from '../../contracts/augmentation.ts';
import {
  adjustBrightness,
  adjustContrast,
  adjustSaturation,
  adjustSharpness,
  autoContrast,
  equalize,
  posterize,
  solarize,
} from './raster-colors.ts';
import { affineMatrix, warpRaster } from './warp-raster.ts';

/** Option `fill`. */
export const fillOption = z.int().min(0).max(255).default(0).describe('byte of what moves in from outside');

const straight = { angle: 0, translate: [0, 0], scale: 1, shear: [0, 0] } as const;
const degrees = (slope: number): number => (Math.atan(slope) * 180) / Math.PI;

/** What moves pixels: the magnitude is a slope, pixels or degrees. */
const moves = {
  'shear-x': (slope: number) => ({ ...straight, shear: [degrees(slope), 0], center: [0, 0] }) as const,
  'shear-y': (slope: number) => ({ ...straight, shear: [0, degrees(slope)], center: [0, 0] }) as const,
  'translate-x': (pixels: number) => ({ ...straight, translate: [Math.trunc(pixels), 0] }) as const,
  'translate-y': (pixels: number) => ({ ...straight, translate: [0, Math.trunc(pixels)] }) as const,
  // Counterclockwise, as Pillow's `rotate`.
  rotate: (angle: number) => ({ ...straight, angle: -angle }) as const,
};

const colors = {
  identity: (image: Raster) => image,
  brightness: (image: Raster, amount: number) => adjustBrightness(image, 1 + amount),
  color: (image: Raster, amount: number) => adjustSaturation(image, 1 + amount),
  contrast: (image: Raster, amount: number) => adjustContrast(image, 1 + amount),
  sharpness: (image: Raster, amount: number) => adjustSharpness(image, 1 + amount),
  posterize: (image: Raster, bits: number) => posterize(image, Math.trunc(bits)),
  solarize: (image: Raster, threshold: number) => solarize(image, threshold),
  'auto-contrast': (image: Raster) => autoContrast(image),
  equalize: (image: Raster) => equalize(image),
};

/** An operation of AutoAugment and its successors. */
export type OperationName = keyof typeof moves | keyof typeof colors;

/** Applies an operation by its name, as torchvision's `_apply_op` does. May change `image`. */
export function applyOperation(image: Raster, name: OperationName, magnitude: number, fill = 0): Raster {
  if (!(name in moves)) return colors[name as keyof typeof colors](image, magnitude);
  const change = moves[name as keyof typeof moves](magnitude);
  return warpRaster(image, affineMatrix(change, image), { interpolation: 'nearest', fill });
}
