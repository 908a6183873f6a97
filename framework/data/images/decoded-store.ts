import type { ImageShape } from '../../contracts/dataset.ts';
import type { DecodedImages, DecodedPixels } from '../../contracts/decoded-images.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import { changesImages, drawChange, type Change } from './augmentation.ts';
import { changeImage } from './change-image.ts';
import { imageSize, type ImageRecipe } from './decode-image.ts';
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
  /** Where augmentation draws from. */
  readonly streams: RandomStreams;
  /** Light and dark change places; not, by default. */
  readonly invert?: boolean;
  /** What runs share where all images are kept: they are then decoded for the first of them. */
  readonly decoded?: DecodedImages | undefined;
  /** What a person writes to have broken images skipped; the data set's option by default. */
  readonly skipBy?: string;
}

/** Draws the change of a row in an epoch; undefined for none. */
type Changes = (row: number, epoch: number | undefined) => Change | undefined;

/**
 * A store that decodes images in worker threads: all of them now, kept in memory, or each when it is asked for. Broken
 * images are found now where all are decoded now or are skipped, else when their turn comes.
 *
 * @returns the store, the rows that are left out because they are broken, and all pixels where they are kept
 * @throws AblateError DATA_INVALID naming the images that cannot be decoded
 */
export async function decodedStore({
  images,
  options,
  streams,
  invert = false,
  decoded,
  skipBy = '`broken: skip`',
}: DecodedStoreParts): Promise<{ store: ImageStore; broken: BrokenRows; kept?: Uint8Array }> {
  const shape = await shapeOf(images, options);
  const recipe: ImageRecipe = { shape, fit: options.fit, invert, exact: options.size === null };
  const decoder = new RowDecoder(images, recipe, options.workers, skipBy);
  const decodeKept = async (): Promise<DecodedPixels> => {
    const pixels = new Uint8Array(images.length * decoder.size);
    return { pixels, broken: await decoder.decodeAll(pixels) };
  };
  const changes: Changes = (row, epoch) =>
    epoch === undefined || !changesImages(options.augment)
      ? undefined
      : drawChange(options.augment, streams.stream('augment', epoch, row));
  const close = async (): Promise<void> => {
    await decoder.close();
    await images.close?.();
  };
  try {
    const kept = !keeps(images.length * decoder.size, options)
      ? undefined
      : decoded
        ? await decoded.of(keyOf(images, recipe), decodeKept)
        : await decodeKept();
    const broken: BrokenRows = kept?.broken ?? (options.broken === 'skip' ? await decoder.decodeAll() : new Map());
    if (options.broken === 'fatal') decoder.requireWhole(broken);
    else if (broken.size > 0)
      tell(`Left out ${broken.size} of ${images.length} images that cannot be decoded:\n  ${decoder.describe(broken)}`);
    if (kept) await decoder.close();
    const pixels = kept ? keptPixels(kept.pixels, shape, changes) : streamedPixels(decoder, changes);
    return { broken, store: { shape, source: images.name, pixels, close }, ...(kept && { kept: kept.pixels }) };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * An image that changes while a plan runs, and keeps its size, is the same for all of its runs, as it is for the
 * digest.
 */
const keyOf = (images: EncodedImages, recipe: ImageRecipe): string => digestOf(filesOf(images), recipe);

function* filesOf(images: EncodedImages): Generator<string> {
  for (let row = 0; row < images.length; row++) yield `${images.location(row)} ${images.mark(row)}`;
}

const keeps = (bytes: number, { memory }: ImageOptions): boolean =>
  memory === 'always' || (memory === 'auto' && bytes <= keptBytes);

function keptPixels(kept: Uint8Array, shape: ImageShape, changes: Changes): ImageStore['pixels'] {
  const size = shape[0] * shape[1] * shape[2];
  return (rows, epoch) => {
    const bytes = new Uint8Array(rows.length * size);
    rows.forEach((row, index) => {
      const image = kept.subarray(row * size, (row + 1) * size);
      const change = changes(row, epoch);
      bytes.set(change ? changeImage(image, shape, change) : image, index * size);
    });
    return bytes;
  };
}

function streamedPixels(decoder: RowDecoder, changes: Changes): ImageStore['pixels'] {
  return async (rows, epoch) => {
    const bytes = new Uint8Array(rows.length * decoder.size);
    decoder.requireWhole(
      await decoder.decode(
        rows,
        bytes,
        Array.from(rows, (row) => changes(row, epoch)),
      ),
    );
    return bytes;
  };
}

async function shapeOf(images: EncodedImages, { size, color }: ImageOptions): Promise<ImageShape> {
  const channels = color === 'gray' ? 1 : 3;
  if (size !== null) return typeof size === 'number' ? [size, size, channels] : [...size, channels];
  for (let row = 0; row < images.length; row++) {
    const found = await imageSize(await images.read(row)).catch(() => undefined);
    if (found) return [...found, channels];
  }
  throw new AblateError(
    'DATA_INVALID',
    `None of the ${images.length} images can be decoded, the first of them ${images.location(0)}.`,
  );
}
