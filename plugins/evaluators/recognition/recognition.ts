import { RandomStreams, z, type BaseContext, type Evaluation, type Evaluator } from 'ablate-ml';
import { bootstrap, galleryOf, joinRows, openSetAnswers, OpenSetRates, relabeled, rowsWhere } from 'ablate-ml/metrics';
import { byConfidence, globalAveragePrecision } from './global-average-precision.ts';
import { answeredWell, bestThreshold, validationAnswers } from './threshold.ts';

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
      const found = await galleryOf(input);
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
        const found = answers.mated.includes(0) ? rates.at(options.falseAlarmRates, weights) : [];
        return {
          GAP: globalAveragePrecision(answers, order, weights),
          ...Object.fromEntries(
            found.map((rate, index) => [
              `recognition-DIR@FAR=${options.falseAlarmRates[index]!.toExponential()}`,
              rate,
            ]),
          ),
          ...(threshold !== undefined && { 'recognition-accuracy': answeredWell(answers, threshold, weights) }),
        };
      };
      return {
        metrics: { ...measure(), ...(threshold !== undefined && { 'recognition-threshold': threshold }) },
        intervals: bootstrap(probes.labels, { replicates: options.bootstrap, streams }, measure),
      };
    },
  };
}
