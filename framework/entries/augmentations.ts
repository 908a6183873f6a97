/** What augmentations are made of: operations on one image, without TensorFlow, as decoding threads load them. */
export { affineMatrix, warpRaster } from '../data/augmentations/warp-raster.ts';
export type { AffineChange, AffineMatrix } from '../data/augmentations/warp-raster.ts';
export { blurRaster } from '../data/augmentations/blur-raster.ts';
export { cropRaster, flipRaster } from '../data/augmentations/crop-raster.ts';
export type { Padding } from '../data/augmentations/crop-raster.ts';
export { interpolations, resizeRaster } from '../data/augmentations/resize-raster.ts';
export type { Interpolation } from '../data/augmentations/resize-raster.ts';
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
} from '../data/augmentations/raster-colors.ts';
export {
  interpolationOption,
  probability,
  rangeOption,
  roundHalfToEven,
  sidesOf,
  sizeOption,
  warpInterpolation,
} from '../data/augmentations/augmentation-options.ts';
export { applyOperation, fillOption } from '../data/augmentations/named-operations.ts';
export type { OperationName } from '../data/augmentations/named-operations.ts';
