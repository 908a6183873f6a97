import type { EmbeddedSplit, Random } from 'ablate-ml';
import {
  canonicalOrder,
  openSetAnswers,
  OpenSetRates,
  rowsAt,
  rowsByLabel,
  type DistanceMeasure,
  type NamedAnswers,
} from 'ablate-ml/metrics';

/** Answers to queries some of which have no class. */
export type Answers = Pick<NamedAnswers, 'scores' | 'mated' | 'correct'>;

/**
 * Computes the share of queries answered well at a threshold: with the right class, or with none where there is none.
 */
export function answeredWell(answers: Answers, threshold: number, weights?: Float64Array): number {
  return new OpenSetRates(answers).ratesAt(threshold, weights).accuracy;
}

/**
 * Finds the confidence from which an answer is given so that most queries are answered well; of several, the smallest.
 */
export function bestThreshold(answers: Answers): number {
  return new OpenSetRates(answers).operatingPoints([])['best-accuracy']!.threshold ?? -Infinity;
}

/**
 * Plays recognition on the validation split: half of its classes are enrolled with their first image, whose other
 * images are queries with a class; the images of the other half are queries without one.
 */
export async function validationAnswers(
  split: EmbeddedSplit,
  distance: DistanceMeasure,
  random: Random,
): Promise<Answers> {
  const images = rowsByLabel(split.labels, canonicalOrder(split));
  const names = [...images.keys()].filter((label) => label >= 0).sort((a, b) => a - b);
  const enrolled = new Set(random.shuffle(names).slice(0, Math.ceil(names.length / 2)));
  const known = [...enrolled].map((label) => images.get(label)!);
  const others = [...images].filter(([label]) => !enrolled.has(label)).flatMap(([, indices]) => indices);
  return openSetAnswers(
    {
      gallery: rowsAt(
        split,
        known.map(([first]) => first!),
      ),
      probes: rowsAt(split, [...known.flatMap(([, ...rest]) => rest), ...others]),
      distractors: rowsAt(split, []),
    },
    distance,
  );
}
