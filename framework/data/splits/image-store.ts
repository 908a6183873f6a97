import type { Draws } from '../../contracts/augmentation.ts';
import type { ImageShape } from '../../contracts/dataset.ts';

/** Images that the splits of a data set draw from, by row. Every split of a data set shares one store. */
export interface ImageStore {
  readonly shape: ImageShape;
  /** Shape of the images of training, where it is another. */
  readonly trainingShape?: ImageShape | undefined;
  /** Whether the images go through the spec's `augment` here. */
  readonly augmented?: boolean;
  /**
   * Bytes of the images in `rows`, in that order: `[rows.length, height, width, channels]`, 0 to 255. `epoch` is given
   * in training only; with `draws` it seeds augmentation: the same row, epoch, repeat and view give the same bytes.
   *
   * @throws AblateError DATA_INVALID naming the image that cannot be read
   */
  pixels(rows: Int32Array, epoch?: number, draws?: Draws): Uint8Array | Promise<Uint8Array>;
  /** Where the image of `row` came from. */
  source(row: number): string;
  /** Releases files and worker threads. */
  close?(): Promise<void>;
}
