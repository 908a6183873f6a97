import type { Curve } from '../../contracts/evaluator.ts';

/** Most points of a curve that is drawn. */
const drawn = 1000;

/** Scores in rising order, made once and used with many weightings. */
export interface RankedScores {
  /** Positions of the scores, lowest score first. */
  readonly order: Uint32Array;
  readonly scores: ArrayLike<number>;
  /** 1 where a pair shows the same class. */
  readonly same: ArrayLike<number>;
}

/** Sorts scores. `scores [pairs]`, higher for more alike; `same [pairs]`, 1 or 0. */
export function rankScores(scores: ArrayLike<number>, same: ArrayLike<number>): RankedScores {
  const order = Uint32Array.from({ length: scores.length }, (_, index) => index).sort(
    (a, b) => scores[a]! - scores[b]!,
  );
  return { order, scores, same };
}

/** A receiver operating characteristic: one vertex a distinct score, from (0, 0) to (1, 1), by falling threshold. */
export interface Roc {
  /** Share of different pairs accepted: false accept rate (FAR, FPR). */
  readonly falseAccepts: Float64Array;
  /** Share of same pairs accepted: true accept rate (TAR, TPR). */
  readonly trueAccepts: Float64Array;
  /** Pairs with a score of at least this are accepted; `Infinity` for the first vertex. */
  readonly thresholds: Float64Array;
}

/**
 * Computes the curve of pairs, each counted `weights` times (once by default).
 *
 * @returns undefined where there is no same pair or no different pair
 */
export function rocOf({ order, scores, same }: RankedScores, weights?: Float64Array): Roc | undefined {
  const [falseAccepts, trueAccepts, thresholds] = [[0], [0], [Infinity]];
  let [accepted, mistaken] = [0, 0];
  for (let place = order.length - 1; place >= 0; place--) {
    const pair = order[place]!;
    const weight = weights ? weights[pair]! : 1;
    if (same[pair]) accepted += weight;
    else mistaken += weight;
    if (place > 0 && scores[order[place - 1]!] === scores[pair]) continue;
    falseAccepts.push(mistaken);
    trueAccepts.push(accepted);
    thresholds.push(scores[pair]!);
  }
  if (accepted === 0 || mistaken === 0) return undefined;
  return {
    falseAccepts: Float64Array.from(falseAccepts, (count) => count / mistaken),
    trueAccepts: Float64Array.from(trueAccepts, (count) => count / accepted),
    thresholds: Float64Array.from(thresholds),
  };
}

/** Computes the area under the curve; pairs with equal scores count one half. */
export function areaUnder({ falseAccepts: x, trueAccepts: y }: Roc): number {
  let area = 0;
  for (let vertex = 1; vertex < x.length; vertex++)
    area += ((x[vertex]! - x[vertex - 1]!) * (y[vertex]! + y[vertex - 1]!)) / 2;
  return area;
}

/** Computes the equal error rate: the false accept rate where the polyline of the curve meets TAR = 1 − FAR. */
export function equalErrorRate({ falseAccepts: x, trueAccepts: y }: Roc): number {
  const end = x.findIndex((far, vertex) => far + y[vertex]! >= 1);
  const [before, after] = [x[end - 1]! + y[end - 1]!, x[end]! + y[end]!];
  return x[end - 1]! + ((1 - before) / (after - before)) * (x[end]! - x[end - 1]!);
}

/**
 * Computes the largest true accept rate of a threshold whose false accept rate is at most `target`; no interpolation; 0
 * if there is none.
 */
export function trueAcceptsAt({ falseAccepts, trueAccepts }: Roc, target: number): number {
  let [low, high] = [0, falseAccepts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (falseAccepts[middle]! <= target) low = middle;
    else high = middle;
  }
  return trueAccepts[low]!;
}

/** Gives the curve for a figure, thinned to its ends and about a thousand points between. */
export function rocCurve({ falseAccepts, trueAccepts }: Roc): Curve {
  const stride = Math.max(1, Math.ceil(falseAccepts.length / drawn));
  const kept = [...falseAccepts.keys()].filter((vertex) => vertex % stride === 0 || vertex === falseAccepts.length - 1);
  return {
    x: kept.map((vertex) => falseAccepts[vertex]!),
    y: kept.map((vertex) => trueAccepts[vertex]!),
    xLabel: 'false accept rate',
    yLabel: 'true accept rate',
  };
}
