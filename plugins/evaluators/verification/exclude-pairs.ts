import type { EmbeddedPairs } from 'ablate-ml';
import { groupColumn } from 'ablate-ml/metrics';

/** Which pairs are no question: those of two images with one label in a column. */
export interface ExcludedPairs {
  /** Column of labels, such as the camera. */
  readonly same: string;
  /** Pairs of one class alone, or pairs of two as well. */
  readonly of: 'class' | 'any';
}

/**
 * Leaves out the pairs whose images share their label in a column. An image without a label there shares none.
 *
 * @throws AblateError DATA_INVALID where there is no such column
 */
export function excludePairs(pairs: EmbeddedPairs, { same, of }: ExcludedPairs): EmbeddedPairs {
  const { values } = groupColumn(pairs.images, same);
  const kept = Int32Array.from(pairs.left.keys()).filter((pair) => {
    const label = values[pairs.left[pair]!]!;
    const shared = label >= 0 && label === values[pairs.right[pair]!];
    return !(shared && (of === 'any' || pairs.same[pair] === 1));
  });
  return {
    images: pairs.images,
    left: kept.map((pair) => pairs.left[pair]!),
    right: kept.map((pair) => pairs.right[pair]!),
    same: Uint8Array.from(kept, (pair) => pairs.same[pair]!),
    fold: kept.map((pair) => pairs.fold[pair]!),
  };
}
