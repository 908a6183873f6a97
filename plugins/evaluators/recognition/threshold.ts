import type { EmbeddedSplit, Random } from 'ablate-ml';
import {
  canonicalOrder,
  openSetAnswers,
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
export function answeredWell({ scores, mated, correct }: Answers, threshold: number, weights?: Float64Array): number {
  let [well, all] = [0, 0];
  for (let query = 0; query < scores.length; query++) {
    const weight = weights?.[query] ?? 1;
    all += weight;
    if (scores[query]! >= threshold ? correct[query] : !mated[query]) well += weight;
  }
  return well / all;
}

/**
 * Finds the confidence from which an answer is given so that most queries are answered well; of several, the smallest.
 */
export function bestThreshold(answers: Answers): number {
  const { scores, mated, correct } = answers;
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!);
  let well = correct.reduce((sum, right) => sum + right, 0);
  let best = { well: -1, threshold: -Infinity };
  for (let place = 0; place < order.length; ) {
    const threshold = scores[order[place]!]!;
    if (well > best.well) best = { well, threshold };
    for (; place < order.length && scores[order[place]!] === threshold; place++)
      well += 1 - mated[order[place]!]! - correct[order[place]!]!;
  }
  return best.threshold;
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
