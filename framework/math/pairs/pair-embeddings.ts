import type * as tf from '@tensorflow/tfjs';
import type { LabelledEmbedding } from '../../contracts/pair-loss.ts';
import { normalise } from '../logits/normalise.ts';

/**
 * The embeddings of anchors and references, `[rows, dim]` each, divided by their norms where a loss's `normalised`
 * option says so.
 */
export function pairEmbeddings(
  anchors: LabelledEmbedding,
  references: LabelledEmbedding,
  normalised: boolean,
): [tf.Tensor2D, tf.Tensor2D] {
  const [x, y] = [anchors.embedding, references.embedding];
  if (!normalised) return [x, y];
  const unit = normalise(x);
  return [unit, x === y ? unit : normalise(y)];
}
