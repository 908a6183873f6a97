import type { Draws } from './augmentation.ts';
import type { Columns } from './column.ts';

/** `[height, width, channels]` of an image in pixels. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** What a split is for. Closed set: classes seen in training; open set: classes never seen. */
export type Role = 'train' | 'validation' | 'test' | 'gallery' | 'probe' | 'distractors' | 'pairs';

/** Images of one role with their labels. Index `i` runs over `0 … length − 1` and always names the same image. */
export interface Split {
  readonly role: Role;
  readonly length: number;
  /**
   * Class of each image, an index into `classNames`; shape `[length]`. −1 for an image that shows none of the classes.
   */
  readonly labels: Int32Array;
  /**
   * A label means the same class in every split of a data set: the training classes come first, and the training split
   * names these alone.
   */
  readonly classNames: readonly string[];
  /**
   * Pixels of the images at `indices`, in that order, row-major `[indices.length, height, width, channels]`, scaled to
   * [−1, 1] (features that stand in the place of images are as they are). `epoch` is given in training only; with
   * `draws` it seeds augmentation: the same index, epoch, repeat and view give the same pixels.
   */
  images(indices: Int32Array, epoch?: number, draws?: Draws): Float32Array | Promise<Float32Array>;
  /**
   * Name of image `index` within the data set (a path, an entry of an archive), the same on every machine where it can
   * be.
   */
  source?(index: number): string;
  /** What is known of the images beside their class. Every split of a data set has the same names and kinds. */
  readonly columns?: Columns | undefined;
}

/** Pairs for verification over a split's images. All arrays have one entry a pair. */
export interface Pairs {
  /** The images that `left` and `right` index; its `role` is `pairs`. */
  readonly images: Split;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1 where both show the same class, else 0. */
  readonly same: Uint8Array;
  /** Fold of each pair, from 0. */
  readonly fold: Int32Array;
}

/** What a data set would hold, as a look at its lists tells; no image has been read. */
export interface DatasetListing {
  /** Their images cannot be asked for. */
  readonly splits: readonly Split[];
  /** How many images have no role, by the reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Identity of the data that a run used, kept in its provenance and logged as a dataset input. */
export interface DatasetProvenance {
  /** A hash over everything that decides the images and labels, at most 36 characters. */
  readonly digest: string;
  /** A path, URL or `generated`. */
  readonly source: string;
}

/** Labeled images in splits by role. Loads lazily where it can; owns no tensor. */
export interface Dataset {
  readonly imageShape: ImageShape;
  /** Shape of the images, where what its splits give is what a frozen network makes of them. */
  readonly cachedFrom?: ImageShape | undefined;
  /** Shape of the images of training, where `augment` makes it another. */
  readonly trainingShape?: ImageShape | undefined;
  /**
   * Whether it has its images go through its context's `augment` itself, from their full size; else the framework has
   * them go through it as they come.
   */
  readonly augmented?: boolean | undefined;
  readonly provenance: DatasetProvenance;
  /** The split of that role, or undefined where this data set has none. */
  split(role: Role): Split | undefined;
  /** Verification pairs, where this data set has them. */
  readonly pairs?: Pairs;
  /** Releases files and worker threads. */
  close?(): Promise<void>;
}
