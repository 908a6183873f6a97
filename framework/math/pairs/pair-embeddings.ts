import type * as tf from '@tensorflow/tfjs';
import type { LabeledEmbedding } from '../../contracts/pair-loss.ts';
import { normalize } from '../logits/normalize.ts';

/**
 * Gives the embeddings of anchors and references, `[rows, dim]` each, divided by their norms where a loss's
 * `normalized` option says so.
 */
export function pairEmbeddings(
  anchors: LabeledEmbedding,
  references: LabeledEmbedding,
  normalized: boolean,
): [tf.Tensor2D, tf.Tensor2D] {
  const [x, y] = [anchors.embedding, references.embedding];
  if (!normalized) return [x, y];
  const unit = normalize(x);
  return [unit, x === y ? unit : normalize(y)];
}
