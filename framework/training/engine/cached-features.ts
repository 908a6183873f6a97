import * as tf from '@tensorflow/tfjs';
import type { Backbone, BackboneBlock } from '../../contracts/backbone.ts';
import type { Dataset, ImageShape, Split } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { throughBlocks } from '../../math/layers/blocks.ts';
import { evaluationBatch } from './embed.ts';

/** A data set of what frozen blocks give, and the rest of their backbone, which takes it. */
export interface CachedFeatures {
  readonly dataset: Dataset;
  readonly backbone: Backbone;
}

/**
 * Computes what the blocks that stay frozen give for each image once, when a split is first read, and keeps it in
 * memory.
 *
 * @param still the blocks from the input on of which nothing is ever trained
 * @throws AblateError SPEC_INVALID where there are none, or images are drawn anew in every epoch
 */
export function cachedFeatures(
  dataset: Dataset,
  backbone: Backbone,
  still: readonly BackboneBlock[],
  isAugmented: boolean,
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
  const known = new Map<Split, Split>();
  const cached = (split: Split): Split => {
    let kept: Promise<Float32Array> | undefined;
    const made = known.get(split) ?? {
      ...split,
      ...(split.source && { source: (index: number) => split.source!(index) }),
      async images(indices: Int32Array) {
        const all = await (kept ??= features(split));
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
