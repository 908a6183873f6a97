import { tf, type Head } from 'ablate-ml';

/** Classes whose scores are computed at a time. */
const pieceClasses = 2 ** 15;

/** All rows of a head, a piece at a time. */
export interface EveryRow {
  readonly classes: number;
  /**
   * Calls `score` with the weights `[end − begin, dim]` and the bias of these classes, which live as long as the call.
   */
  read(begin: number, end: number, score: (rows: tf.Tensor2D, bias?: tf.Tensor1D) => tf.Tensor[]): tf.Tensor[];
  /** `[batch, columns]`. */
  scores(embedding: tf.Tensor2D, rows: tf.Tensor2D, bias?: tf.Tensor1D): tf.Tensor2D;
}

/** Computes scores, or the best class, over every class of a table, without its rows being anywhere at once. */
export function bestClasses({ classes, read, scores }: EveryRow): Required<Pick<Head, 'classify' | 'predict'>> {
  const pieces = Array.from(
    { length: Math.ceil(classes / pieceClasses) },
    (_, piece) => [piece * pieceClasses, Math.min(classes, (piece + 1) * pieceClasses)] as const,
  );
  return {
    classify: (embedding) =>
      tf.tidy(() =>
        tf.concat(
          pieces.map(
            ([begin, end]) => read(begin, end, (rows, bias) => [scores(embedding, rows, bias)])[0] as tf.Tensor2D,
          ),
          1,
        ),
      ),
    predict: (embedding) =>
      tf.tidy(() => {
        let [best, place]: [tf.Tensor, tf.Tensor] = [
          tf.fill([embedding.shape[0]], -Infinity),
          tf.zeros([embedding.shape[0]], 'int32'),
        ];
        for (const [begin, end] of pieces) {
          const [value, index] = read(begin, end, (rows, bias) => {
            const all = scores(embedding, rows, bias);
            return [tf.max(all, 1), tf.add(tf.argMax(all, 1), tf.scalar(begin, 'int32'))];
          });
          // The first of several as good wins, as in arg max over all of them.
          const better = tf.greater(value!, best);
          [best, place] = [tf.where(better, value!, best), tf.where(better, index!, place)];
        }
        return place as tf.Tensor1D;
      }),
  };
}
