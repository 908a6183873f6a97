import type { EmbeddedPairs, EmbeddedSplit } from 'ablate-ml';
import { nearestNeighbors, rowsByLabel, similarityOf } from 'ablate-ml/metrics';

/** Two images and the cosine of their embeddings. */
export interface ScoredPair {
  readonly left: number;
  readonly right: number;
  readonly cosine: number;
}

/** The worst of both kinds. */
export interface WorstPairs {
  /** Different classes, most alike first. */
  readonly alike: readonly ScoredPair[];
  /** One class, least alike first. */
  readonly unlike: readonly ScoredPair[];
}

/** Images of a class beyond these are not compared with each other: their pairs grow with the square. */
const compared = 60;

const rowsOf = ({ embeddings, dim }: EmbeddedSplit) => ({ values: embeddings, dim });

/** Keeps the best `count` by `order`, each image once, so that one odd image does not fill the figure. */
function best(pairs: ScoredPair[], count: number, order: (one: ScoredPair, other: ScoredPair) => number): ScoredPair[] {
  const seen = new Set<number>();
  const kept: ScoredPair[] = [];
  for (const pair of pairs.sort(order)) {
    if (kept.length === count) break;
    if (seen.has(pair.left) || seen.has(pair.right)) continue;
    seen.add(pair.left).add(pair.right);
    kept.push(pair);
  }
  return kept;
}

const alikeFirst = (one: ScoredPair, other: ScoredPair): number =>
  other.cosine - one.cosine || one.left - other.left || one.right - other.right;
const unlikeFirst = (one: ScoredPair, other: ScoredPair): number =>
  one.cosine - other.cosine || one.left - other.left || one.right - other.right;

/** Finds the worst of the data set's own pairs: the most alike of two classes, the least alike of one. */
export function worstOfPairs({ images, left, right, same }: EmbeddedPairs, count: number): WorstPairs {
  const similarity = similarityOf(rowsOf(images), rowsOf(images), 'cosine');
  const all = Array.from(left, (one, pair) => ({
    left: one,
    right: right[pair]!,
    cosine: similarity.exact(one, right[pair]!),
    same: same[pair] === 1,
  }));
  return {
    alike: best(
      all.filter((pair) => !pair.same),
      count,
      alikeFirst,
    ),
    unlike: best(
      all.filter((pair) => pair.same),
      count,
      unlikeFirst,
    ),
  };
}

/** Finds the worst pairs of all images: each one's nearest of another class, and within classes every two. */
export async function worstOfSplit(split: EmbeddedSplit, count: number): Promise<WorstPairs> {
  const rows = rowsOf(split);
  const similarity = similarityOf(rows, rows, 'cosine');
  const alike: ScoredPair[] = [];
  for await (const { query, indices } of nearestNeighbors(similarity, {
    count: Math.min(10, split.labels.length - 1),
    leaveOneOut: true,
  })) {
    const other = [...indices].find((row) => split.labels[row] !== split.labels[query]);
    if (other !== undefined && split.labels[query]! >= 0)
      alike.push({
        left: Math.min(query, other),
        right: Math.max(query, other),
        cosine: similarity.exact(query, other),
      });
  }
  const unlike = [...rowsByLabel(split.labels)]
    .filter(([label]) => label >= 0)
    .flatMap(([, members]) => {
      const some = members.slice(0, compared);
      return some.flatMap((left, index) =>
        some.slice(index + 1).map((right) => ({ left, right, cosine: similarity.exact(left, right) })),
      );
    });
  return { alike: best(alike, count, alikeFirst), unlike: best(unlike, count, unlikeFirst) };
}
