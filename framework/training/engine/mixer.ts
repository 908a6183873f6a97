import type { ImageShape } from '../../contracts/dataset.ts';
import { beta } from '../../base/random/beta.ts';
import type { Random } from '../../base/random/random.ts';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import type { MixSpec } from '../../experiment/spec/mix-schema.ts';
import type { BatchData } from './batch-data.ts';

/** A rectangle of an image: rows from `top` to before `bottom`, columns from `left` to before `right`. */
export interface Rectangle {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Mixes the images of a batch, each with the one as far from the batch's end, by one share for all of them: mixup
 * (Zhang et al., ICLR 2018) and cutmix (Yun et al., ICCV 2019), as timm's `Mixup` does by batch. What a batch is mixed
 * by depends on its step alone.
 */
export class Mixer {
  readonly #options: MixSpec;
  readonly #shape: ImageShape;
  readonly #streams: RandomStreams;

  /** @param shape of the images of training */
  constructor(options: MixSpec, shape: ImageShape, streams: RandomStreams) {
    this.#options = options;
    this.#shape = shape;
    this.#streams = streams;
  }

  /** Mixes the batch of a step, every view in the same way; the batch as it is where it is not mixed. */
  mix(batch: BatchData, step: number): BatchData {
    const { p, mixup, cutmix, switch: toCutmix, of } = this.#options;
    const random = this.#streams.stream('batch', step);
    if (random.uniform() >= p) return batch;
    const cut = mixup === undefined || (cutmix !== undefined && random.uniform() < toCutmix);
    const drawn = beta(random, cut ? cutmix! : mixup!);
    const labels = batch.labels.toReversed();
    if (of === 'embeddings') return { ...batch, mix: { labels, share: drawn, embeddings: true } };
    const rectangle = cut ? drawnRectangle(drawn, this.#shape, random) : undefined;
    const share = rectangle ? 1 - areaShare(rectangle, this.#shape) : drawn;
    const mixed = (pixels: Float32Array): Float32Array =>
      rectangle ? cutMixed(pixels, this.#shape, rectangle) : mixedUp(pixels, this.#shape, share);
    return {
      ...batch,
      pixels: mixed(batch.pixels),
      ...(batch.views && { views: batch.views.map(mixed) }),
      mix: { labels, share, embeddings: false },
    };
  }
}

/** Computes the share of an image that a rectangle takes. */
export const areaShare = ({ top, bottom, left, right }: Rectangle, [height, width]: ImageShape): number =>
  ((bottom - top) * (right - left)) / (height * width);

/**
 * Draws the rectangle of a batch: 1 − share of the image, around any point, cut off at the borders (Yun et al., eq. 2;
 * timm's `rand_bbox`).
 */
function drawnRectangle(share: number, [height, width]: ImageShape, random: Random): Rectangle {
  const ratio = Math.sqrt(1 - share);
  const ends = (side: number): [number, number] => {
    const half = Math.floor(Math.trunc(side * ratio) / 2);
    const center = random.integer(side);
    return [Math.max(0, center - half), Math.min(side, center + half)];
  };
  const [[top, bottom], [left, right]] = [ends(height), ends(width)];
  return { top, bottom, left, right };
}

/**
 * Puts into images a rectangle of their partners in the place of their own, row-major `[batch, height, width,
 * channels]`.
 */
export function cutMixed(
  pixels: Float32Array,
  [height, width, channels]: ImageShape,
  { top, bottom, left, right }: Rectangle,
): Float32Array {
  const size = height * width * channels;
  const count = pixels.length / size;
  const mixed = pixels.slice();
  for (let image = 0; image < count; image++)
    for (let row = top; row < bottom; row++) {
      const [begin, end] = [(row * width + left) * channels, (row * width + right) * channels];
      const partner = (count - 1 - image) * size;
      mixed.set(pixels.subarray(partner + begin, partner + end), image * size + begin);
    }
  return mixed;
}

/** Adds λ of each image and 1 − λ of its partner, row-major `[batch, height, width, channels]`. */
export function mixedUp(pixels: Float32Array, [height, width, channels]: ImageShape, share: number): Float32Array {
  const size = height * width * channels;
  const last = pixels.length / size - 1;
  return pixels.map((pixel, at) => {
    const image = Math.floor(at / size);
    return share * pixel + (1 - share) * pixels[(last - image) * size + (at % size)]!;
  });
}
