import type { Augment, AugmentationList, AugmentationStep, Draws, ImageSize } from '../../contracts/augmentation.ts';
import type { ImageShape } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';

/** A list of augmentations as decoding threads take it. Plain data. */
export interface PreparedList {
  readonly path: string;
  readonly steps: readonly AugmentationStep[];
  /** What must come out. */
  readonly size: ImageSize;
}

/** Which list an image goes through, and what seeds it. Plain data. */
export interface ImageCall {
  /** Index of the list. */
  readonly list: number;
  readonly counters: readonly number[];
}

/** Sizes of images before any list. */
export interface SizesBefore {
  /** The one size that all have; undefined where they may differ. */
  readonly all: ImageSize | undefined;
  /** Size of one of them: what all must come to where a list leaves it open. */
  readonly one: ImageSize;
}

/** What the images of a data set go through, and what comes out. */
export class ImagePreparation {
  /** The list of evaluation, then those of training by view. */
  readonly lists: readonly PreparedList[];

  /** @throws AblateError SPEC_INVALID where lists of two views give two sizes; PLUGIN_OPTIONS where no pixel is left */
  constructor(augment: Augment | undefined, { all, one }: SizesBefore) {
    const sized = ({ path, steps, sizeAfter }: AugmentationList): PreparedList => {
      const size = sizeAfter(all) ?? sizeAfter(one);
      if (size) return { path, steps, size };
      throw new AblateError('SPEC_INVALID', `${path} leaves images of several sizes: it changes that of some alone.`, {
        remedy: 'End the list with what brings all to one size, such as center-crop.',
      });
    };
    const nothing: AugmentationList = { path: 'augment.test', steps: [], sizeAfter: (size) => size };
    this.lists = [augment?.test ?? nothing, ...(augment?.train ?? [nothing])].map(sized);
    const [, first, ...others] = this.lists;
    const other = others.find(({ size }) => String(size) !== String(first!.size));
    if (other)
      throw new AblateError(
        'SPEC_INVALID',
        `${first!.path} gives images of ${first!.size.join(' × ')} pixels, and ${other.path} of ${other.size.join(' × ')}.`,
        { remedy: 'Have both views end with one size.' },
      );
  }

  /** Size of the images of evaluation. */
  get size(): ImageSize {
    return this.lists[0]!.size;
  }

  /** Size of the images of training. */
  get trainingSize(): ImageSize {
    return this.lists[1]!.size;
  }

  /** The calls of some images; undefined where they stay as they are. */
  callsOf(rows: Int32Array, epoch?: number, draws?: Draws): readonly ImageCall[] | undefined {
    const view = draws?.view ?? 0;
    const list = epoch === undefined ? 0 : 1 + Math.min(view, this.lists.length - 2);
    if (this.lists[list]!.steps.length === 0) return undefined;
    return Array.from(rows, (row, index) => ({
      list,
      counters: epoch === undefined ? [row] : [epoch, row, draws?.repeats?.[index] ?? 0, view],
    }));
  }

  /** Shapes for a store or a data set: `trainingShape` where it is another. */
  shapes(channels: number): { readonly shape: ImageShape; readonly trainingShape: ImageShape | undefined } {
    const differ = String(this.size) !== String(this.trainingSize);
    return {
      shape: [...this.size, channels],
      trainingShape: differ ? [...this.trainingSize, channels] : undefined,
    };
  }
}
