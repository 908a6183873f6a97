import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import type { Backbone, BackboneBlock } from '../../contracts/backbone.ts';
import type { Dataset, ImageShape, Split } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { bytesOf } from '../../base/system/bytes-of.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { KeptFeatures } from '../../contracts/kept-features.ts';
import { throughBlocks } from '../../math/layers/blocks.ts';
import { evaluationBatch } from './embed.ts';

/** What features are kept for. */
export interface FeatureCacheUse {
  /** Everything of the spec, the network's weights apart, that its features follow from. Plain data. */
  readonly settings: unknown;
  /** Whether images are drawn anew in every epoch. */
  readonly isAugmented: boolean;
  /** What runs share; each computes its own where it is left out. */
  readonly kept?: KeptFeatures | undefined;
}

/** A data set of what frozen blocks give, and the rest of their backbone, which takes it. */
export interface CachedFeatures {
  readonly dataset: Dataset;
  readonly backbone: Backbone;
}

/**
 * Computes what the blocks that stay frozen give for each image once, when a split is first read, and keeps it. Runs
 * share it whose frozen weights, images and settings are the same.
 *
 * @param still the blocks from the input on of which nothing is ever trained
 * @throws AblateError SPEC_INVALID where there are none, or images are drawn anew in every epoch
 */
export function cachedFeatures(
  dataset: Dataset,
  backbone: Backbone,
  still: readonly BackboneBlock[],
  { settings, isAugmented, kept: shared }: FeatureCacheUse,
): CachedFeatures {
  const refuse = (problem: string, remedy: string): never => {
    throw new AblateError('SPEC_INVALID', `backbone.cache: ${problem}`, { remedy });
  };
  if (!backbone.blocks || still.length === 0)
    refuse(
      'no block from the input on stays frozen for the whole run, so there is nothing to keep.',
      'Write freeze: {stages: …} without until beside it, or leave cache out.',
    );
  if (isAugmented)
    refuse(
      'augment.train draws images anew in every epoch, and what is kept is one of them.',
      'Leave augment.train or cache out.',
    );
  const through = (pixels: Float32Array, count: number): tf.Tensor =>
    tf.tidy(() =>
      throughBlocks(still, tf.tensor4d(pixels, [count, ...dataset.imageShape]), { training: false, step: 0 }).clone(),
    );
  const probe = through(new Float32Array(tf.util.sizeFromShape([...dataset.imageShape])), 1);
  const shape = probe.shape.slice(1);
  probe.dispose();
  const size = tf.util.sizeFromShape(shape);
  const [channels = 1, width = 1, height = 1] = shape.toReversed();
  const imageShape: ImageShape = [height, width, channels];

  const features = async (split: Split): Promise<Float32Array> => {
    const all = new Float32Array(split.length * size);
    for (let begin = 0; begin < split.length; begin += evaluationBatch) {
      const count = Math.min(evaluationBatch, split.length - begin);
      const pixels = await split.images(Int32Array.from({ length: count }, (_, index) => begin + index));
      const found = through(pixels, count);
      all.set(await found.data<'float32'>().finally(() => found.dispose()), begin * size);
    }
    return all;
  };
  /** Names network and images. What it makes of noise tells a plugin's other code or another device. */
  const group = async (): Promise<string> => {
    const random = new RandomStreams(1).stream('features/probe');
    const noise = Float32Array.from({ length: tf.util.sizeFromShape([...dataset.imageShape]) }, () =>
      random.between(-1, 1),
    );
    const probed = through(noise, 1);
    const hash = createHash('sha256').update(JSON.stringify([settings, dataset.provenance.digest, shape]));
    hash.update(bytesOf(await probed.data<'float32'>().finally(() => probed.dispose())));
    for (const { name, variable } of still.flatMap(({ parameters }) => parameters))
      hash.update(name).update(bytesOf(await variable.data<'float32'>()));
    return hash.digest('hex').slice(0, 32);
  };
  let named: Promise<string> | undefined;
  const featuresOf = async (split: Split): Promise<Float32Array> => {
    if (!shared) return features(split);
    const labels = createHash('sha256').update(bytesOf(split.labels)).digest('hex').slice(0, 16);
    const key = `${split.role}-${labels}`;
    return shared.of(await (named ??= group()), key, split.length * size, () => features(split));
  };
  const known = new Map<Split, Split>();
  const cached = (split: Split): Split => {
    let kept: Promise<Float32Array> | undefined;
    const made = known.get(split) ?? {
      ...split,
      ...(split.source && { source: (index: number) => split.source!(index) }),
      async images(indices: Int32Array) {
        const all = await (kept ??= featuresOf(split));
        const chosen = new Float32Array(indices.length * size);
        indices.forEach((index, place) => chosen.set(all.subarray(index * size, (index + 1) * size), place * size));
        return chosen;
      },
    };
    known.set(split, made);
    return made;
  };
  const { pairs } = dataset;
  const unpack: BackboneBlock = { parameters: [], forward: (x) => tf.reshape(x, [-1, ...shape]) };
  const blocks = [unpack, ...backbone.blocks!.slice(still.length)];
  return {
    dataset: {
      imageShape,
      cachedFrom: dataset.imageShape,
      provenance: dataset.provenance,
      split(role) {
        const found = dataset.split(role);
        return found && cached(found);
      },
      ...(pairs && { pairs: { ...pairs, images: cached(pairs.images) } }),
      close: async () => dataset.close?.(),
    },
    backbone: {
      dim: backbone.dim,
      parameters: backbone.parameters,
      blocks,
      forward: (images, mode) => throughBlocks(blocks, images, mode) as tf.Tensor2D,
    },
  };
}

/** Counts the bytes that the features of all splits of a data set take; 0 where it has images. */
export function featureBytes(dataset: Dataset): number {
  if (!dataset.cachedFrom) return 0;
  const roles = ['train', 'validation', 'test', 'gallery', 'probe', 'distractors'] as const;
  const splits = new Set([...roles.map((role) => dataset.split(role)), dataset.pairs?.images]);
  const images = [...splits].reduce((sum, one) => sum + (one?.length ?? 0), 0);
  return images * tf.util.sizeFromShape([...dataset.imageShape]) * Float32Array.BYTES_PER_ELEMENT;
}
