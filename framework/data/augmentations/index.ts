/** What augmentations are made of: operations on one image. */
export { affineMatrix, warpRaster } from './warp-raster.ts';
export type { AffineChange, AffineMatrix } from './warp-raster.ts';
export { blurRaster } from './blur-raster.ts';
export { cropRaster, flipRaster } from './crop-raster.ts';
export type { Padding } from './crop-raster.ts';
export { interpolations, resizeRaster } from './resize-raster.ts';
export type { Interpolation } from './resize-raster.ts';
export {
  adjustBrightness,
  adjustContrast,
  adjustHue,
  adjustSaturation,
  adjustSharpness,
  autoContrast,
  equalize,
  grayscale,
  posterize,
  solarize,
} from './raster-colors.ts';
export {
  interpolationOption,
  probability,
  rangeOption,
  roundHalfToEven,
  sidesOf,
  sizeOption,
  warpInterpolation,
} from './augmentation-options.ts';
export { applyOperation, fillOption } from './named-operations.ts';
export type { OperationName } from './named-operations.ts';
