import type { Random } from '../base/random/random.ts';

/** A decoded image: bytes, row-major `[height, width, channels]`. */
export interface Raster {
  readonly data: Uint8Array;
  readonly height: number;
  readonly width: number;
  /** 1 for gray, 3 for red, green and blue. */
  readonly channels: number;
}

/** `[height, width]` in pixels. */
export type ImageSize = readonly [height: number, width: number];

/**
 * Changes one image at a time, on its way from the file to the network. It runs in decoding threads, which make it
 * from its options again: it keeps nothing between images, and what it imports of `ablate-ml` is what those threads
 * have (`AblateError`, `Random`, `z`, `definePlugin` and the operations on rasters; no `tf`).
 */
export interface Augmentation {
  /** How often an image is changed, from 0 to 1; the framework draws whether it is. */
  readonly p: number;
  /**
   * The image after the change. `image` may be changed in place and given back.
   *
   * @param random of this image alone; nothing else may be random
   * @throws AblateError DATA_INVALID where it leaves no image; the framework adds which image it was
   */
  apply(image: Raster, random: Random): Raster | Promise<Raster>;
  /**
   * The size of what comes out, told before anything is decoded: `size` goes in, undefined for one that is not known.
   *
   * @returns undefined where it depends on the image
   * @throws AblateError PLUGIN_OPTIONS where no pixel would be left
   */
  sizeAfter(size: ImageSize | undefined): ImageSize | undefined;
}

/** One entry of a list of augmentations, as decoding threads make it. Plain data. */
export interface AugmentationStep {
  /** Its name in the list: the plugin's, numbered from the second of the same name on. Its random numbers go by it. */
  readonly name: string;
  /** Address of the plugin's module. */
  readonly module: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A list of augmentations, in the order in which they are applied. */
export interface AugmentationList {
  /** Where the spec has it: `augment.train`. */
  readonly path: string;
  readonly steps: readonly AugmentationStep[];
  /** The size of what comes out of the whole list, as `Augmentation.sizeAfter`. */
  sizeAfter(size: ImageSize | undefined): ImageSize | undefined;
}

/** What a run's images go through. */
export interface Augment {
  /** Lists of training, one for each view. */
  readonly train: readonly AugmentationList[];
  /** The list of every other split, and of training images that are evaluated. */
  readonly test: AugmentationList;
}

/** Which appearance of an image this is, beside its epoch; it seeds augmentation. */
export interface Draws {
  /** How often each image has appeared in this epoch before, `[indices]`; 0 for all where it is left out. */
  readonly repeats?: Uint32Array;
  /** View of the image, from 0. */
  readonly view?: number;
}
