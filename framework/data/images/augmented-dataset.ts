import type { Augment } from '../../contracts/augmentation.ts';
import type { Dataset, Split } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { RandomStreams } from '../../base/random/random-streams.ts';
import { scalePixels } from '../splits/scale-pixels.ts';
import { DecodePool } from './decode-pool.ts';
import { ImagePreparation } from './image-preparation.ts';
import { prepareRasters } from './prepare-rasters.ts';

/**
 * Puts the images of a data set through a spec's lists; one that does so itself, from their full size, stays as it is.
 * The seed is the data set's own.
 *
 * @throws AblateError SPEC_INVALID where the images have neither one nor three channels; as `ImagePreparation`
 */
export function augmentedDataset(dataset: Dataset, augment: Augment | undefined, streams: RandomStreams): Dataset {
  if (!augment || dataset.augmented) return dataset;
  const { imageShape } = dataset;
  const [height, width, channels] = imageShape;
  if (channels !== 1 && channels !== 3)
    throw new AblateError(
      'SPEC_INVALID',
      `augment takes images of one or three channels, and those of the data set have ${channels}.`,
      { remedy: 'Leave augment out.' },
    );
  const preparation = new ImagePreparation(augment, { all: [height, width], one: [height, width] });
  const { shape, trainingShape } = preparation.shapes(channels);
  const { seed, scope } = streams.scoped('augment');
  const recipe = { shape: imageShape, fit: 'fill', invert: false, otherSize: 'refuse' } as const;
  const pool = new DecodePool({ recipe, lists: preparation.lists, seed, scope }, null);
  const size = height * width * channels;
  const augmented = (split: Split): Split => ({
    role: split.role,
    length: split.length,
    labels: split.labels,
    classNames: split.classNames,
    ...(split.columns && { columns: split.columns }),
    ...(split.source && { source: (index: number) => split.source!(index) }),
    async images(indices, epoch, draws) {
      const pixels = await split.images(indices, epoch, draws);
      const calls = preparation.callsOf(indices, epoch, draws);
      if (!calls) return pixels;
      const bytes = Uint8Array.from(pixels, (pixel) => Math.round((pixel + 1) * 127.5));
      const prepared = await prepareRasters(pool, {
        images: Array.from(indices, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
        shape: imageShape,
        calls,
        source: (at) => split.source?.(indices[at]!) ?? `image ${indices[at]} of ${split.role}`,
      });
      return scalePixels(prepared);
    },
  });
  const splits = new Map<Split, Split>();
  const once = (split: Split): Split => {
    const made = splits.get(split) ?? augmented(split);
    splits.set(split, made);
    return made;
  };
  return {
    imageShape: shape,
    trainingShape,
    augmented: true,
    provenance: dataset.provenance,
    split(role) {
      const found = dataset.split(role);
      return found && once(found);
    },
    ...(dataset.pairs && { pairs: { ...dataset.pairs, images: once(dataset.pairs.images) } }),
    async close() {
      await pool.close();
      await dataset.close?.();
    },
  };
}
