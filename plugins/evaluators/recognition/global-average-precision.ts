/** Predictions of queries that may show no class. */
export interface Predictions {
  /** Confidence of each query's prediction. */
  readonly scores: ArrayLike<number>;
  /** 1 where the prediction is the query's class. */
  readonly correct: ArrayLike<number>;
  /** 1 where the query has a class. */
  readonly mated: ArrayLike<number>;
}

/**
 * Sorts queries by falling confidence; of equally confident ones, wrong ones first: a tie counts against the method.
 */
export function byConfidence({ scores, correct }: Pick<Predictions, 'scores' | 'correct'>): Uint32Array {
  return Uint32Array.from({ length: scores.length }, (_, query) => query).sort(
    (a, b) => scores[b]! - scores[a]! || correct[a]! - correct[b]!,
  );
}

/**
 * Computes the global average precision (Perronnin, Liu and Renders, CVPR 2009; Google Landmarks' µAP): 1/M Σ P(i)
 * rel(i) over all predictions by falling confidence, M the queries that have a class.
 *
 * @param order of `byConfidence`
 * @param weights how often each query counts
 */
export function globalAveragePrecision(
  { correct, mated }: Predictions,
  order: Uint32Array,
  weights?: Float64Array,
): number {
  let [seen, right, sum, total] = [0, 0, 0, 0];
  for (const query of order) {
    const weight = weights?.[query] ?? 1;
    if (mated[query]) total += weight;
    // A query that is drawn twice stands at two places, one after the other.
    for (let copy = 0; copy < weight; copy++) {
      seen++;
      if (!correct[query]) continue;
      right++;
      sum += right / seen;
    }
  }
  return sum / total;
}
