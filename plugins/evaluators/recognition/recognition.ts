import { RandomStreams, z, type BaseContext, type Evaluation, type Evaluator } from 'ablate-ml';
import {
  afterOption,
  bootstrap,
  farName,
  galleryOf,
  groupMetrics,
  groupNames,
  joinRows,
  openSetAnswers,
  OpenSetRates,
  operatingPointsOf,
  pointValues,
  relabeled,
  rowsWhere,
} from 'ablate-ml/metrics';
import { byConfidence, globalAveragePrecision } from './global-average-precision.ts';
import { bestThreshold, validationAnswers } from './threshold.ts';

export const options = z.strictObject({
  distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
  falseAlarmRates: z
    .array(z.number().positive().lt(1))
    .default([0.1, 0.01])
    .describe('rates FAR at which DIR is reported'),
  thresholdSeed: z
    .number()
    .int()
    .default(0)
    .describe("seed of which validation classes play the unknown ones, apart from the run's seed"),
  group: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("column of labels by which DIR is broken down, each query in its own label's group"),
  after: afterOption,
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

/** Options of recognition. */
export type RecognitionOptions = z.output<typeof options>;

/**
 * Measures one prediction and a confidence for each query, which may show none of the classes: GAP, DIR at FAR, and the
 * share answered well at a threshold that validation chose. Distractors are queries that show no class.
 */
export function recognition(options: RecognitionOptions, { streams }: BaseContext): Evaluator {
  return {
    async evaluate(input): Promise<Evaluation> {
      const found = await galleryOf(input, undefined, options.group ?? undefined);
      if (!found || found.gallery.labels.length === 0) return { metrics: {} };
      const { gallery, distractors } = found;
      const probes = joinRows(found.probes, relabeled(distractors, new Int32Array(distractors.labels.length).fill(-1)));
      const answers = await openSetAnswers(
        { gallery, probes, distractors: rowsWhere(distractors, () => false) },
        options.distance,
      );
      if (!answers.mated.includes(1)) return { metrics: {} };
      const order = byConfidence(answers);
      const rates = new OpenSetRates(answers);
      const hasUnknown = answers.mated.includes(0);
      const names = await groupNames(input, options.group);
      const question = {
        rates,
        targets: options.falseAlarmRates,
        metric: 'recognition-DIR',
        groups: names && { values: probes.groups!, names },
      };
      const validation = input.role === 'validation' ? undefined : await input.split('validation');
      const threshold =
        validation &&
        bestThreshold(
          await validationAnswers(
            validation,
            options.distance,
            new RandomStreams(options.thresholdSeed).stream('recognition/threshold'),
          ),
        );
      const measure = (weights?: Float64Array): Record<string, number> => {
        const found = hasUnknown ? rates.at(options.falseAlarmRates, weights) : [];
        return {
          GAP: globalAveragePrecision(answers, order, weights),
          ...Object.fromEntries(
            found.map((rate, index) => [`recognition-DIR@${farName(options.falseAlarmRates[index]!)}`, rate]),
          ),
          ...(hasUnknown && groupMetrics(question, weights)),
          ...(threshold !== undefined && { 'recognition-accuracy': rates.ratesAt(threshold, weights).accuracy }),
        };
      };
      const { points, intervals } = operatingPointsOf(
        question,
        bootstrap(probes.labels, { replicates: options.bootstrap, streams }, (weights) => ({
          ...measure(weights),
          ...(hasUnknown && pointValues(question, weights)),
        })),
      );
      return {
        metrics: { ...measure(), ...(threshold !== undefined && { 'recognition-threshold': threshold }) },
        intervals,
        ...(hasUnknown && { operatingPoints: { recognition: { score: options.distance, points } } }),
      };
    },
  };
}
