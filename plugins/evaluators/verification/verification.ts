import {
  RandomStreams,
  z,
  type BaseContext,
  type EmbeddedPairs,
  type Evaluation,
  type EvaluationInput,
  type Evaluator,
  type Role,
} from 'ablate-ml';
import {
  afterOption,
  areaUnder,
  bootstrap,
  calibrationError,
  equalErrorRate,
  farName,
  fitCalibration,
  groupMetrics,
  groupColumn,
  OpenSetRates,
  operatingPointsOf,
  pointValues,
  probabilityOf,
  rankScores,
  rocCurve,
  rocOf,
  trueAcceptsAt,
  type RateGroups,
} from 'ablate-ml/metrics';
import { excludePairs } from './exclude-pairs.ts';
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
  thresholds: z
    .enum(['own', 'validation'])
    .default('own')
    .describe(
      '`validation`: thresholds are chosen on pairs of the validation split too, and what they do here is reported (`held-out-FAR@FAR=…`)',
    ),
  calibration: z
    .enum(['none', 'platt', 'isotonic'])
    .default('none')
    .describe('how a score becomes a probability, fitted on pairs of the validation split'),
  group: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('column of labels by which results are broken down; a pair belongs to the group that both images share'),
  exclude: z
    .strictObject({ same: z.string().min(1), of: z.enum(['class', 'any']).default('class') })
    .nullable()
    .default(null)
    .describe(
      '`{same: COLUMN}`: pairs whose images share their label in that column, such as the camera, are left out; `of: class` those of one class alone, which such a label makes easy, `of: any` all of them',
    ),
  after: afterOption,
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

const noValidation =
  'verification has no thresholds and no calibration from validation: there is no validation split with two classes ' +
  'of two images.';

/** Takes pairs as queries of an open set: mated where they are the same, and then correct. */
export const pairRates = (scores: Float64Array, same: Uint8Array): OpenSetRates =>
  new OpenSetRates({ scores, mated: same, correct: same });

/** The group that both images of a pair share; −1 where they differ, and where they have none. */
function groupsOf({ images, left, right }: EmbeddedPairs, column: string | null): RateGroups | undefined {
  if (column === null) return undefined;
  const { values, names } = groupColumn(images, column);
  const shared = (image: number, pair: number): number =>
    values[image] === values[right[pair]!] ? values[image]! : -1;
  return { values: left.map(shared), names };
}

interface ScoredPairs {
  readonly pairs: EmbeddedPairs;
  readonly scores: Float64Array;
  /** Pairs that `exclude` left out. */
  readonly excluded: number;
}

const excludedNote = ({ pairs, excluded }: ScoredPairs): string[] =>
  excluded === 0
    ? []
    : [`verification leaves out ${excluded} of ${excluded + pairs.left.length} pairs, which \`exclude\` names.`];

/**
 * Measures how well embeddings tell whether two images show the same class: accuracy by folds, AUC, EER, TAR at given
 * FARs, the ROC, thresholds.
 */
export function verification(options: VerificationOptions, { streams }: BaseContext): Evaluator {
  const rates = options.falseAcceptRates;
  const scored = (all: EmbeddedPairs, mirrored: Parameters<typeof pairScores>[1]): ScoredPairs => {
    const pairs = options.exclude ? excludePairs(all, options.exclude) : all;
    const scores = pairScores(pairs, mirrored, options.distance, options.flip);
    return { pairs, scores, excluded: all.left.length - pairs.left.length };
  };
  const drawn = async (input: EvaluationInput, role: Role): Promise<ScoredPairs | undefined> => {
    const split = await input.split(role);
    const random = new RandomStreams(options.pairSeed).stream('verification/pairs');
    const pairs = split && samplePairs(split, options.sampledPairs, options.folds, random);
    return pairs && scored(pairs, options.flip === 'none' ? undefined : await input.split(role, true));
  };
  const given = async (input: EvaluationInput): Promise<ScoredPairs | undefined> => {
    const pairs = input.role === 'validation' ? undefined : await input.pairs();
    if (pairs) return scored(pairs, options.flip === 'none' ? undefined : (await input.pairs(true))?.images);
    return drawn(input, (await input.split(input.role)) ? input.role : 'probe');
  };
  const asksValidation = options.thresholds === 'validation' || options.calibration !== 'none';
  return {
    async evaluate(input): Promise<Evaluation> {
      const found = await given(input);
      if (!found) return { metrics: {} };
      const excluded = excludedNote(found);
      if (found.pairs.left.length === 0) return { metrics: {}, ...(excluded.length > 0 && { notes: excluded }) };
      const { pairs, scores } = found;
      const ranked = rankScores(scores, pairs.same);
      const roc = rocOf(ranked);
      if (!roc) return { metrics: {}, ...(excluded.length > 0 && { notes: excluded }) };
      const chosenOn = input.role === 'validation' ? found : asksValidation && (await drawn(input, 'validation'));
      const question = {
        rates: pairRates(scores, pairs.same),
        targets: rates,
        metric: 'TAR',
        groups: groupsOf(pairs, options.group),
      };
      const promised =
        chosenOn && chosenOn !== found && options.thresholds === 'validation'
          ? pairRates(chosenOn.scores, chosenOn.pairs.same).operatingPoints(rates)
          : undefined;
      const heldOut = (weights?: Float64Array): Record<string, number> =>
        promised
          ? {
              ...Object.fromEntries(
                rates.flatMap((rate) => {
                  const { FAR, TAR } = question.rates.ratesAt(promised[farName(rate)]!.threshold, weights);
                  return [
                    [`held-out-FAR@${farName(rate)}`, FAR],
                    [`held-out-TAR@${farName(rate)}`, TAR],
                  ];
                }),
              ),
              'held-out-accuracy': question.rates.ratesAt(promised['best-accuracy']!.threshold, weights).accuracy,
            }
          : {};
      const calibration =
        chosenOn && options.calibration !== 'none'
          ? fitCalibration(options.calibration, rankScores(chosenOn.scores, chosenOn.pairs.same))
          : undefined;
      const probabilities = calibration && scores.map((score) => probabilityOf(calibration, score));
      const { accuracies } = foldAccuracy(ranked, pairs.fold);
      const isFolded = accuracies.length > 1;
      const measure = (weights?: Float64Array): Record<string, number> => {
        const curve = rocOf(ranked, weights);
        return {
          ...(isFolded && { [accuracyName]: meanAccuracy(foldAccuracy(ranked, pairs.fold, weights).accuracies) }),
          'verification-auc': curve ? areaUnder(curve) : NaN,
          'verification-eer': curve ? equalErrorRate(curve) : NaN,
          ...Object.fromEntries(
            rates.map((rate) => [`TAR@${farName(rate)}`, curve ? trueAcceptsAt(curve, rate) : NaN]),
          ),
          ...groupMetrics(question, weights),
          ...heldOut(weights),
          ...(probabilities && {
            'calibration-error': curve ? calibrationError(probabilities, pairs.same, weights) : NaN,
          }),
        };
      };
      const standardError: Record<string, number> = isFolded
        ? { [`${accuracyName}-standard-error`]: deviation(accuracies) / Math.sqrt(accuracies.length) }
        : {};
      const labelsOf = (side: Int32Array): number[] => Array.from(side, (image) => pairs.images.labels[image]!);
      const [identities, partners] = [labelsOf(pairs.left), labelsOf(pairs.right)];
      const { points, intervals } = operatingPointsOf(
        question,
        bootstrap(identities, { replicates: options.bootstrap, streams, partners }, (weights) => ({
          ...measure(weights),
          ...pointValues(question, weights),
        })),
      );
      const notes = [
        ...excluded,
        ...(isFolded ? [] : [oneFold]),
        ...(asksValidation && !chosenOn ? [noValidation] : []),
      ];
      return {
        metrics: { ...measure(), ...standardError },
        intervals,
        curves: { 'verification-roc': rocCurve(roc) },
        operatingPoints: { verification: { score: options.distance, points, ...(calibration && { calibration }) } },
        ...(notes.length > 0 && { notes }),
      };
    },
  };
}
