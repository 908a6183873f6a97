import type { Calibration } from '../../contracts/evaluator.ts';
import type { RankedScores } from './roc.ts';

/** Steps of Newton's method at most. */
const steps = 100;

const sigmoid = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));

/** Σ ln(1 + e^x) − t x, in a form that does not overflow. */
const logLoss = (x: number, target: number): number => Math.max(x, 0) - target * x + Math.log1p(Math.exp(-Math.abs(x)));

/**
 * Fits a sigmoid by maximum likelihood with Platt's targets (Platt, "Probabilistic Outputs for Support Vector
 * Machines", 1999), by Newton's method with a backtracking line search (Lin, Lin and Weng, "A Note on Platt's
 * Probabilistic Outputs", Machine Learning 68, 2007, algorithm 1). Same and different pairs weigh the same in total, so
 * that the probability does not hang on how many pairs of each were drawn.
 */
function platt({ scores, same }: RankedScores): Calibration {
  const all = Array.from(scores);
  const positives = all.filter((_, pair) => same[pair]).length;
  const [upper, lower] = [(positives + 1) / (positives + 2), 1 / (all.length - positives + 2)];
  const targets = all.map((_, pair) => (same[pair] ? upper : lower));
  const weights = all.map((_, pair) => 0.5 / (same[pair] ? positives : all.length - positives));
  let [slope, offset] = [0, 0];
  const loss = (a: number, b: number): number =>
    all.reduce((sum, score, pair) => sum + weights[pair]! * logLoss(a * score + b, targets[pair]!), 0);
  for (let step = 0; step < steps; step++) {
    let [h11, h22, h21, g1, g2] = [1e-12, 1e-12, 0, 0, 0];
    all.forEach((score, pair) => {
      const p = sigmoid(slope * score + offset);
      const curvature = weights[pair]! * p * (1 - p);
      const error = weights[pair]! * (p - targets[pair]!);
      h11 += score * score * curvature;
      h22 += curvature;
      h21 += score * curvature;
      g1 += score * error;
      g2 += error;
    });
    if (Math.abs(g1) < 1e-10 && Math.abs(g2) < 1e-10) break;
    const determinant = h11 * h22 - h21 * h21;
    const [da, db] = [-(h22 * g1 - h21 * g2) / determinant, -(h11 * g2 - h21 * g1) / determinant];
    const before = loss(slope, offset);
    let size = 1;
    while (size > 1e-10 && !(loss(slope + size * da, offset + size * db) < before + 1e-4 * size * (g1 * da + g2 * db)))
      size /= 2;
    if (size <= 1e-10) break;
    [slope, offset] = [slope + size * da, offset + size * db];
  }
  return { kind: 'platt', slope, offset };
}

/**
 * Fits a rising step function by pooling adjacent violators (Ayer et al., "An Empirical Distribution Function for
 * Sampling with Incomplete Information", 1955; Zadrozny and Elkan, KDD 2002), same and different pairs weighing the
 * same in total.
 */
function isotonic({ order, scores, same }: RankedScores): Calibration {
  const positives = Array.from(order).filter((pair) => same[pair]).length;
  const blocks: { low: number; high: number; right: number; total: number }[] = [];
  const mean = ({ right, total }: { right: number; total: number }): number => right / total;
  for (let place = 0; place < order.length; ) {
    const score = scores[order[place]!]!;
    const block = { low: score, high: score, right: 0, total: 0 };
    for (; place < order.length && scores[order[place]!] === score; place++) {
      const isSame = same[order[place]!];
      const weight = 0.5 / (isSame ? positives : order.length - positives);
      block.total += weight;
      if (isSame) block.right += weight;
    }
    blocks.push(block);
    while (blocks.length > 1 && mean(blocks.at(-2)!) >= mean(blocks.at(-1)!)) {
      const { high, right, total } = blocks.pop()!;
      const before = blocks.at(-1)!;
      Object.assign(before, { high, right: before.right + right, total: before.total + total });
    }
  }
  const knots = blocks.flatMap((block) =>
    block.low === block.high
      ? [[block.low, mean(block)] as const]
      : [[block.low, mean(block)] as const, [block.high, mean(block)] as const],
  );
  return { kind: 'isotonic', scores: knots.map(([score]) => score), probabilities: knots.map(([, p]) => p) };
}

/**
 * Fits how a score becomes the probability that a pair is the same, where half of all pairs are.
 *
 * @param ranked pairs of both kinds
 */
export function fitCalibration(kind: Calibration['kind'], ranked: RankedScores): Calibration {
  return kind === 'platt' ? platt(ranked) : isotonic(ranked);
}

/** Gives the probability that a pair of this score is the same. */
export function probabilityOf(calibration: Calibration, score: number): number {
  if (calibration.kind === 'platt') return sigmoid(calibration.slope * score + calibration.offset);
  const { scores, probabilities } = calibration;
  const above = scores.findIndex((knot) => knot >= score);
  if (above <= 0) return probabilities.at(above)!;
  const [low, high] = [scores[above - 1]!, scores[above]!];
  const share = (score - low) / (high - low);
  return probabilities[above - 1]! + share * (probabilities[above]! - probabilities[above - 1]!);
}

/** Bins of the calibration error, as Guo et al. have them. */
const bins = 15;

/**
 * Computes the expected calibration error (Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, eq. 3):
 * how far the share of same pairs lies from the probability, same and different pairs weighing the same in total.
 */
export function calibrationError(
  probabilities: ArrayLike<number>,
  same: ArrayLike<number>,
  weights?: Float64Array,
): number {
  const weightOf = (pair: number): number => weights?.[pair] ?? 1;
  let [positive, negative] = [0, 0];
  for (let pair = 0; pair < same.length; pair++)
    if (same[pair]) positive += weightOf(pair);
    else negative += weightOf(pair);
  const gaps = new Float64Array(bins);
  for (let pair = 0; pair < same.length; pair++) {
    const p = probabilities[pair]!;
    const share = (0.5 * weightOf(pair)) / (same[pair] ? positive : negative);
    gaps[Math.min(bins - 1, Math.floor(p * bins))]! += share * (Number(Boolean(same[pair])) - p);
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0);
}
