import { AblateError, type EmbeddedPairs, type EmbeddedSplit } from 'ablate-ml';
import { type DistanceMeasure, similarityOf } from 'ablate-ml/metrics';

/** What becomes of the embedding of the mirrored image. */
export type Flip = 'none' | 'sum' | 'concatenate';

/** Embeddings together with those of the mirrored images. */
function withMirror(
  split: EmbeddedSplit,
  mirrored: EmbeddedSplit,
  flip: Exclude<Flip, 'none'>,
): Pick<EmbeddedSplit, 'embeddings' | 'dim'> {
  const { embeddings, dim } = split;
  if (flip === 'sum') return { embeddings: embeddings.map((value, entry) => value + mirrored.embeddings[entry]!), dim };
  const wide = new Float32Array(2 * embeddings.length);
  for (let row = 0; row < embeddings.length / dim; row++) {
    wide.set(embeddings.subarray(row * dim, (row + 1) * dim), 2 * row * dim);
    wide.set(mirrored.embeddings.subarray(row * dim, (row + 1) * dim), (2 * row + 1) * dim);
  }
  return { embeddings: wide, dim: 2 * dim };
}

/**
 * Computes the similarity of each pair in doubles: the cosine, or minus the Euclidean distance.
 *
 * @throws AblateError DATA_INVALID where an embedding is not finite; PLUGIN_OPTIONS where a flip test is asked of
 * embeddings without images
 */
export function pairScores(
  pairs: EmbeddedPairs,
  mirrored: EmbeddedSplit | undefined,
  distance: DistanceMeasure,
  flip: Flip,
): Float64Array {
  if (flip !== 'none' && !mirrored) {
    throw new AblateError(
      'PLUGIN_OPTIONS',
      'The evaluator verification is asked for a flip test, and there are no images to flip, only embeddings.',
      { remedy: 'Set evaluate.verification.flip to none.' },
    );
  }
  const { embeddings, dim } = flip === 'none' ? pairs.images : withMirror(pairs.images, mirrored!, flip);
  const rows = { values: embeddings, dim };
  const similarity = similarityOf(rows, rows, distance);
  return Float64Array.from(pairs.left, (left, pair) => similarity.exact(left, pairs.right[pair]!));
}
