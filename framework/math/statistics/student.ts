import jstat from 'jstat';

/**
 * Computes the probability that |T| is at least |t|, T after Student's distribution. Accurate in the tails, where 1 −
 * CDF is not.
 */
export function studentTails(t: number, degreesOfFreedom: number): number {
  return jstat.jStat.ibeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
}

/** Computes the probability that T is at most t. */
export function studentCdf(t: number, degreesOfFreedom: number): number {
  const half = studentTails(t, degreesOfFreedom) / 2;
  return t < 0 ? half : 1 - half;
}

/** Finds the value that T exceeds with probability 1 − `probability`. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  return jstat.jStat.studentt.inv(probability, degreesOfFreedom);
}
