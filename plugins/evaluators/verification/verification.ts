import { RandomStreams, z, type BaseContext, type Evaluation, type Evaluator } from 'ablate-ml';
import { areaUnder, bootstrap, equalErrorRate, rankScores, rocCurve, rocOf, trueAcceptsAt } from 'ablate-ml/metrics';
import { foldAccuracy } from './fold-accuracy.ts';
import { pairScores } from './pair-scores.ts';
import { samplePairs } from './sample-pairs.ts';

export const options = z.strictObject({
  distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
  flip: z
    .enum(['none', 'sum', 'concatenate'])
    .default('none')
    .describe("flip test: the mirrored image's embedding is added to, or put beside, the image's own"),
  falseAcceptRates: z
    .array(z.number().positive().lt(1))
    .default([0.1, 0.01, 0.001, 0.0001])
    .describe('rates FAR at which TAR is reported'),
  sampledPairs: z
    .number()
    .int()
    .min(4)
    .default(6000)
    .describe('pairs drawn, half of them same, where the data set has no pairs of its own'),
  folds: z.number().int().min(2).default(10).describe('folds of the drawn pairs; classes are dealt to the folds'),
  pairSeed: z
    .number()
    .int()
    .default(0)
    .describe("seed of the drawn pairs, apart from the run's seed, so that runs are compared on the same pairs"),
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

/** Options of verification. */
export type VerificationOptions = z.output<typeof options>;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** NaN where the draws of a replicate left one fold alone. */
const meanAccuracy = (accuracies: readonly number[]): number => (accuracies.length > 1 ? mean(accuracies) : NaN);

/** Computes the standard deviation with n − 1. */
export function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

const accuracyName = 'verification-accuracy';
const oneFold =
  'verification-accuracy is left out: the pairs have one fold, and the threshold of a fold is chosen on the others. ' +
  'Give the pairs two folds or more, such as the ten of LFW (pairs.txt, not its development list).';

/** `1e-4`, as papers write a false accept rate. */
const rateName = (rate: number): string => rate.toExponential();

/**
 * Measures how well embeddings tell whether two images show the same class: accuracy by folds, AUC, EER, TAR at given
 * FARs, the ROC.
 */
export function verification(options: VerificationOptions, { streams }: BaseContext): Evaluator {
  return {
    async evaluate(input): Promise<Evaluation> {
      const given = input.role === 'validation' ? undefined : await input.pairs();
      const role = given || (await input.split(input.role)) ? input.role : 'probe';
      const split = given ? undefined : await input.split(role);
      const pairs =
        given ??
        (split &&
          samplePairs(
            split,
            options.sampledPairs,
            options.folds,
            new RandomStreams(options.pairSeed).stream('verification/pairs'),
          ));
      if (!pairs || pairs.left.length === 0) return { metrics: {} };
      const mirrored =
        options.flip === 'none' ? undefined : given ? (await input.pairs(true))?.images : await input.split(role, true);
      const ranked = rankScores(pairScores(pairs, mirrored, options.distance, options.flip), pairs.same);
      const roc = rocOf(ranked);
      if (!roc) return { metrics: {} };
      const { accuracies } = foldAccuracy(ranked, pairs.fold);
      const isFolded = accuracies.length > 1;
      const measure = (weights?: Float64Array): Record<string, number> => {
        const curve = rocOf(ranked, weights);
        return {
          ...(isFolded && { [accuracyName]: meanAccuracy(foldAccuracy(ranked, pairs.fold, weights).accuracies) }),
          'verification-auc': curve ? areaUnder(curve) : NaN,
          'verification-eer': curve ? equalErrorRate(curve) : NaN,
          ...Object.fromEntries(
            options.falseAcceptRates.map((rate) => [
              `TAR@FAR=${rateName(rate)}`,
              curve ? trueAcceptsAt(curve, rate) : NaN,
            ]),
          ),
        };
      };
      const standardError: Record<string, number> = isFolded
        ? { [`${accuracyName}-standard-error`]: deviation(accuracies) / Math.sqrt(accuracies.length) }
        : {};
      const labelsOf = (side: Int32Array): number[] => Array.from(side, (image) => pairs.images.labels[image]!);
      const [identities, partners] = [labelsOf(pairs.left), labelsOf(pairs.right)];
      return {
        metrics: { ...measure(), ...standardError },
        intervals: bootstrap(identities, { replicates: options.bootstrap, streams, partners }, measure),
        curves: { 'verification-roc': rocCurve(roc) },
        ...(!isFolded && { notes: [oneFold] }),
      };
    },
  };
}
