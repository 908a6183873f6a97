import type { Evaluation, Evaluator } from 'ablate-ml';

/** Two-sided 95 % quantile of the normal distribution. */
const z = 1.959963984540054;

/**
 * Measures the share of images whose predicted class is their own, with Wilson's 95 % interval (Wilson, 1927). Images
 * of no class (−1) are left out.
 */
export function accuracy(): Evaluator {
  return {
    async evaluate(input): Promise<Evaluation> {
      const split = await input.split(input.role);
      if (!split?.predictions) return { metrics: {} };
      const { labels, predictions } = split;
      const count = labels.reduce((sum, label) => sum + Number(label >= 0), 0);
      if (count === 0) return { metrics: {} };
      const correct = labels.reduce((sum, label, index) => sum + Number(label >= 0 && label === predictions[index]), 0);
      const share = correct / count;
      const middle = (share + z ** 2 / (2 * count)) / (1 + z ** 2 / count);
      const half = (z / (1 + z ** 2 / count)) * Math.sqrt((share * (1 - share)) / count + (z / (2 * count)) ** 2);
      return { metrics: { accuracy: share }, intervals: { accuracy: [middle - half, middle + half] } };
    },
  };
}
