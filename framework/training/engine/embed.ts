import * as tf from '@tensorflow/tfjs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Backbone } from '../../contracts/backbone.ts';
import type { ImageShape, Split } from '../../contracts/dataset.ts';
import type { EmbeddedSplit } from '../../contracts/evaluator.ts';
import type { Head } from '../../contracts/head.ts';
import { splitPictures } from '../../data/images/split-pictures.ts';
import { isWorthCapture, newCapture, noCapture } from '../../math/ops/capture.ts';
import type { Session } from './session.ts';

/** Images a forward pass of evaluation takes at once. */
export const evaluationBatch = 256;

/** What turns images into embeddings. */
export interface Embedder {
  readonly backbone: Backbone;
  /** Predicts classes; none without one. */
  readonly head?: Head | undefined;
  readonly imageShape: ImageShape;
  /** Training steps done. */
  readonly step: number;
}

/** Some images of a split after the backbone. */
export interface EmbeddedBatch {
  /** Index in the split of the first. */
  readonly begin: number;
  /** Row-major `[images, dim]`. */
  readonly embeddings: Float32Array;
  /** Class that the head predicts for each; absent without a head. */
  readonly predictions?: Int32Array;
}

/**
 * Passes a split through the backbone (and the head), batch by batch in its order; `mirrored`: each image flipped left
 * to right.
 */
export async function* embedBatches(
  { backbone, head, imageShape, step }: Embedder,
  split: Pick<Split, 'length' | 'images'>,
  mirrored = false,
): AsyncGenerator<EmbeddedBatch> {
  const load = async (begin: number) => {
    const indices = Int32Array.from(
      { length: Math.min(evaluationBatch, split.length - begin) },
      (_, offset) => begin + offset,
    );
    return { count: indices.length, pixels: await split.images(indices) };
  };
  const capture = isWorthCapture(split.length / evaluationBatch) ? newCapture() : noCapture;
  let next = split.length > 0 ? load(0) : undefined;
  try {
    for (let begin = 0; next; begin += evaluationBatch) {
      const { count, pixels } = await next;
      // The batch after this one is decoded while this one is computed; its failure is met when its turn comes.
      next = begin + count < split.length ? load(begin + count) : undefined;
      next?.catch(() => undefined);
      const forward = (): tf.Tensor[] => {
        const images = tf.tensor4d(pixels, [count, ...imageShape]);
        const embedding = backbone.forward(mirrored ? tf.reverse(images, 2) : images, { training: false, step });
        return head ? [embedding, head.predict?.(embedding) ?? tf.argMax(head.classify(embedding), 1)] : [embedding];
      };
      const [embedded, predicted] = capture.run(() => tf.tidy(forward));
      const embeddings = await embedded!.data<'float32'>();
      const predictions = await predicted?.data<'int32'>();
      tf.dispose([embedded!, predicted ?? []]);
      yield { begin, embeddings, ...(predictions && { predictions }) };
    }
  } finally {
    capture.dispose();
  }
}

/** Hears how many images of a split have been embedded. */
export type EmbeddingListener = (role: Split['role'], done: number, total: number) => void;

/**
 * Passes a split through the backbone (and the head, for predictions), in the split's order; `mirrored`: each image
 * flipped left to right.
 */
export async function embed(
  { backbone, head, dataset, clock }: Pick<Session, 'backbone' | 'head' | 'dataset' | 'clock'>,
  split: Split,
  mirrored = false,
  listen: EmbeddingListener = () => undefined,
): Promise<EmbeddedSplit> {
  if (mirrored && dataset.cachedFrom)
    throw new AblateError('SPEC_INVALID', 'An evaluator flips images, and backbone.cache has kept them unflipped.', {
      remedy: 'Leave backbone.cache out, or have the evaluator flip nothing.',
    });
  const embeddings = new Float32Array(split.length * backbone.dim);
  const predictions = head && new Int32Array(split.length);
  for await (const batch of embedBatches(
    { backbone, head, imageShape: dataset.imageShape, step: clock.step },
    split,
    mirrored,
  )) {
    embeddings.set(batch.embeddings, batch.begin * backbone.dim);
    if (batch.predictions) predictions?.set(batch.predictions, batch.begin);
    listen(split.role, batch.begin + batch.embeddings.length / backbone.dim, split.length);
  }
  const source = split.source?.bind(split);
  // What is kept of images is no picture of them.
  const pictures = mirrored || dataset.cachedFrom ? undefined : splitPictures(split, dataset);
  return {
    role: split.role,
    dim: backbone.dim,
    embeddings,
    labels: split.labels,
    classNames: split.classNames,
    ...(predictions && { predictions }),
    ...(split.columns && { columns: split.columns }),
    ...(source && { source }),
    ...(pictures && { pictures }),
  };
}
