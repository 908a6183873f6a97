import type { Random } from './random.ts';

/** Draws from the Beta distribution: the share of the first of two Gamma draws. */
export function beta(random: Random, alpha: number, other = alpha): number {
  const [one, two] = [gamma(random, alpha), gamma(random, other)];
  // Both round to 0 where the shapes are tiny; then one takes all, by their chances.
  return one + two > 0 ? one / (one + two) : Number(random.uniform() < alpha / (alpha + other));
}

/** Draws from the Gamma distribution of scale 1 (Marsaglia and Tsang, ACM TOMS 2000, with their section 6 below 1). */
function gamma(random: Random, shape: number): number {
  if (shape < 1) return gamma(random, shape + 1) * (1 - random.uniform()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random.uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}
