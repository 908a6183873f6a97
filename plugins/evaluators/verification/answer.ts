import { z } from 'ablate-ml';
import {
  areaUnder,
  equalErrorRate,
  farName,
  operatingPointsOf,
  rankScores,
  rocOf,
  trueAcceptsAt,
} from 'ablate-ml/metrics';
import { foldAccuracy } from './fold-accuracy.ts';
import { deviation, pairRates } from './verification.ts';

const pairs = z.object({ scores: z.array(z.number()), issame: z.array(z.boolean()), fold: z.array(z.number().int()) });

const threshold = z.object({
  scores: z.array(z.number()),
  issame: z.array(z.boolean()),
  testScores: z.array(z.number()),
  testIssame: z.array(z.boolean()),
});
const groups = z.object({ scores: z.array(z.number()), issame: z.array(z.boolean()), group: z.array(z.string()) });

/** False accept rates of the reference cases. */
const rates = ['1e-1', '1e-2', '1e-3'];

const ratesOf = (scores: readonly number[], issame: readonly boolean[]) =>
  pairRates(Float64Array.from(scores), Uint8Array.from(issame, Number));

/** Thresholds chosen on some scores, and what they do to others. */
function heldOut(input: unknown): Record<string, unknown> {
  const { scores, issame, testScores, testIssame } = threshold.parse(input);
  const [own, test] = [ratesOf(scores, issame), ratesOf(testScores, testIssame)];
  const points = own.operatingPoints(rates.map(Number));
  const at = ({ threshold, FAR, TAR }: (typeof points)[string]) => {
    const found = test.ratesAt(threshold);
    return { threshold, far: FAR, tar: TAR, testFar: found.FAR, testTar: found.TAR, testAccuracy: found.accuracy };
  };
  const { far: _, tar: __, ...best } = at(points['best-accuracy']!);
  return {
    atFar: Object.fromEntries(rates.map((rate) => [rate, at(points[farName(Number(rate))]!)])),
    best: { ...best, accuracy: points['best-accuracy']!.accuracy },
  };
}

/** Groups at one threshold and at their own. */
function byGroup(input: unknown): Record<string, unknown> {
  const { scores, issame, group } = groups.parse(input);
  const names = [...new Set(group)];
  const values = Int32Array.from(group, (name) => names.indexOf(name));
  const targets = rates.map(Number);
  const { points } = operatingPointsOf(
    { rates: ratesOf(scores, issame), targets, metric: 'TAR', groups: { names, values } },
    {},
  );
  return Object.fromEntries(
    rates.map((rate) => {
      const { threshold, FAR, TAR, groups: found } = points[farName(Number(rate))]!;
      const told = Object.entries(found!).map(([name, { count, FAR, TAR, ownThreshold, ownTAR }]) => [
        name,
        { pairs: count, far: FAR, tar: TAR, ownThreshold, ownTar: ownTAR },
      ]);
      return [rate, { threshold, far: FAR, tar: TAR, groups: Object.fromEntries(told) }];
    }),
  );
}

/** Answers a reference case: scores, whether each pair is the same, and its fold, its group or further scores. */
export function answer(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if ('testScores' in input) return heldOut(input);
  if ('group' in input) return byGroup(input);
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
