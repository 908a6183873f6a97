import { z } from 'ablate-ml';
import { areaUnder, equalErrorRate, rankScores, rocOf, trueAcceptsAt } from 'ablate-ml/metrics';
import { foldAccuracy } from './fold-accuracy.ts';
import { deviation } from './verification.ts';

const pairs = z.object({ scores: z.array(z.number()), issame: z.array(z.boolean()), fold: z.array(z.number().int()) });

/** False accept rates of the reference cases. */
const rates = ['1e-1', '1e-2', '1e-3'];

/** Answers a reference case: scores, whether each pair is the same, its fold. */
export function answer(input: unknown): Record<string, unknown> {
  const { scores, issame, fold } = pairs.parse(input);
  const ranked = rankScores(scores, issame.map(Number));
  const roc = rocOf(ranked)!;
  const { accuracies, thresholds } = foldAccuracy(ranked, fold);
  return {
    accuracyPerFold: accuracies,
    thresholdPerFold: thresholds,
    accuracyMean: accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length,
    accuracyStd: deviation(accuracies),
    accuracyStandardError: deviation(accuracies) / Math.sqrt(accuracies.length),
    auc: areaUnder(roc),
    eer: equalErrorRate(roc),
    tarAtFar: Object.fromEntries(rates.map((rate) => [rate, trueAcceptsAt(roc, Number(rate))])),
  };
}
