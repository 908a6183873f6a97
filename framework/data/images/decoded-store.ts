import type { Augment, ImageSize } from '../../contracts/augmentation.ts';
import type { ImageShape } from '../../contracts/dataset.ts';
import type { DecodedImages, DecodedPixels } from '../../contracts/decoded-images.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import { boxAt } from './box-crop.ts';
import { imageSize, type ImageRecipe } from './decode-image.ts';
import { DecodePool } from './decode-pool.ts';
import { ImagePreparation } from './image-preparation.ts';
import { prepareRasters } from './prepare-rasters.ts';
import { digestOf } from '../files/digest-of.ts';
import type { EncodedImages } from './encoded-images.ts';
import type { ImageOptions } from './image-options.ts';
import type { ImageStore } from '../splits/image-store.ts';
import { RowDecoder, type BrokenRows } from './row-decoder.ts';
import { tell } from '../../base/system/tell.ts';

/** Most decoded bytes that `memory: auto` keeps. */
const keptBytes = 2 ** 30;

/** What a store of decoded images is made of. */
export interface DecodedStoreParts {
  readonly images: EncodedImages;
  readonly options: ImageOptions;
  /** The part of each image that counts, row-major `[length, 4]`: see `cropBoxes`. */
  readonly boxes?: Float64Array | undefined;
  /** Where augmentation draws from. */
  readonly streams: RandomStreams;
  /** Light and dark change places; not, by default. */
  readonly invert?: boolean;
  /** What images go through, from their full size where the options give none. */
  readonly augment?: Augment | undefined;
  /** What runs share where all images are kept: they are then decoded for the first of them. */
  readonly decoded?: DecodedImages | undefined;
  /** What a person writes to have broken images skipped; the data set's option by default. */
  readonly skipBy?: string;
}

/**
 * Makes a store that decodes images in worker threads: all of them now, kept in memory, or each when it is asked for.
 * Broken images are found now where all are decoded now or are skipped, else when their turn comes.
 *
 * @returns the store, the rows that are left out because they are broken, and all pixels where they are kept
 * @throws AblateError DATA_INVALID naming the images that cannot be decoded
 */
export async function decodedStore({
  images,
  options,
  boxes,
  streams,
  invert = false,
  augment,
  decoded,
  skipBy = '`broken: skip`',
}: DecodedStoreParts): Promise<{ store: ImageStore; broken: BrokenRows; kept?: Uint8Array }> {
  const channels = options.color === 'gray' ? 1 : 3;
  const one = await sizeOf(images, options, boxes);
  const keepsSize = options.size === null && augment !== undefined;
  const preparation = new ImagePreparation(augment, { all: keepsSize ? undefined : one, one });
  const { shape, trainingShape } = preparation.shapes(channels);
  const recipe: ImageRecipe = {
    shape: [...one, channels],
    fit: options.fit,
    invert,
    otherSize: keepsSize ? 'take' : options.size === null ? 'refuse' : 'resize',
  };
  const scoped = streams.scoped('augment');
  const pool = new DecodePool(
    { recipe, lists: preparation.lists, seed: scoped.seed, scope: scoped.scope },
    options.workers,
  );
  const decoder = new RowDecoder(images, pool, skipBy, boxes);
  const size = one[0] * one[1] * channels;
  const decodeKept = async (): Promise<DecodedPixels> => {
    const pixels = new Uint8Array(images.length * size);
    return { pixels, broken: await decoder.decodeAll(pixels) };
  };
  const close = async (): Promise<void> => {
    await pool.close();
    await images.close?.();
  };
  try {
    const kept =
      keepsSize || !keeps(images.length * size, options)
        ? undefined
        : decoded
          ? await decoded.of(keyOf(images, recipe, boxes), decodeKept)
          : await decodeKept();
    const broken: BrokenRows = kept?.broken ?? (options.broken === 'skip' ? await decoder.decodeAll() : new Map());
    if (options.broken === 'fatal') decoder.requireWhole(broken);
    else if (broken.size > 0)
      tell(`Left out ${broken.size} of ${images.length} images that cannot be decoded:\n  ${decoder.describe(broken)}`);
    // Threads that images go through once more are needed on.
    if (kept && augment === undefined) await pool.close();
    const pixels = kept
      ? keptPixels(kept.pixels, recipe.shape, { preparation, pool, source: images.name })
      : streamedPixels(decoder, preparation, channels);
    const store: ImageStore = { shape, trainingShape, augmented: true, source: images.name, pixels, close };
    return { broken, store, ...(kept && { kept: kept.pixels }) };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * An image that changes while a plan runs, and keeps its size, is the same for all of its runs, as it is for the
 * digest.
 */
const keyOf = (images: EncodedImages, recipe: ImageRecipe, boxes?: Float64Array): string =>
  digestOf(filesOf(images), recipe, ...(boxes ? [boxes] : []));

function* filesOf(images: EncodedImages): Generator<string> {
  for (let row = 0; row < images.length; row++) yield `${images.location(row)} ${images.mark(row)}`;
}

const keeps = (bytes: number, { memory }: ImageOptions): boolean =>
  memory === 'always' || (memory === 'auto' && bytes <= keptBytes);

function keptPixels(
  kept: Uint8Array,
  shape: ImageShape,
  { preparation, pool, source }: { preparation: ImagePreparation; pool: DecodePool; source: (row: number) => string },
): ImageStore['pixels'] {
  const size = shape[0] * shape[1] * shape[2];
  const imageOf = (row: number): Uint8Array => kept.subarray(row * size, (row + 1) * size);
  return (rows, epoch, draws) => {
    const calls = preparation.callsOf(rows, epoch, draws);
    if (calls)
      return prepareRasters(pool, {
        images: Array.from(rows, imageOf),
        shape,
        calls,
        source: (index) => source(rows[index]!),
      });
    const bytes = new Uint8Array(rows.length * size);
    rows.forEach((row, index) => bytes.set(imageOf(row), index * size));
    return bytes;
  };
}

function streamedPixels(decoder: RowDecoder, preparation: ImagePreparation, channels: number): ImageStore['pixels'] {
  return async (rows, epoch, draws) => {
    const [height, width] = epoch === undefined ? preparation.size : preparation.trainingSize;
    const bytes = new Uint8Array(rows.length * height * width * channels);
    decoder.requireWhole(await decoder.decode(rows, bytes, preparation.callsOf(rows, epoch, draws)));
    return bytes;
  };
}

/** `size`, or the size of the first image that has one. */
async function sizeOf(images: EncodedImages, { size }: ImageOptions, boxes?: Float64Array): Promise<ImageSize> {
  if (size !== null) return typeof size === 'number' ? [size, size] : size;
  for (let row = 0; row < images.length; row++) {
    const found = await imageSize(await images.read(row), boxAt(boxes, row)).catch(() => undefined);
    if (found) return found;
  }
  throw new AblateError(
    'DATA_INVALID',
    `None of the ${images.length} images can be decoded, the first of them ${images.location(0)}.`,
  );
}
