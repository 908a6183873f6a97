import { enrolledClasses, type Gallery } from './gallery-of.ts';
import { joinRows } from './labeled.ts';
import { nearestNeighbors, type Neighbors } from './nearest-neighbors.ts';
import type { OpenSetAnswers } from './open-set-rates.ts';
import { similarityOf, type DistanceMeasure } from './similarity.ts';

/** The answers with the class named in each. */
export interface NamedAnswers extends OpenSetAnswers {
  /** Class of the most similar gallery entry; −1 where that is a distractor or of no class. */
  readonly predictions: Int32Array;
}

/**
 * Finds for each probe the most similar entry of gallery and distractors: its class, whether it is right, and the
 * similarity in doubles.
 *
 * @param found each probe's most similar entry, among the gallery's and then the distractors', where it is known
 */
export async function openSetAnswers(
  { gallery, probes, distractors }: Gallery,
  distance: DistanceMeasure,
  found?: AsyncIterable<Neighbors>,
): Promise<NamedAnswers> {
  const entries = joinRows(gallery, distractors);
  const enrolled = enrolledClasses({ gallery });
  const count = probes.labels.length;
  const answers = {
    scores: new Float64Array(count),
    mated: new Uint8Array(count),
    correct: new Uint8Array(count),
    predictions: new Int32Array(count),
  };
  if (count === 0 || entries.labels.length === 0) return answers;
  const similarity = similarityOf(probes, entries, distance);
  for await (const {
    query,
    indices: [nearest],
  } of found ?? nearestNeighbors(similarity, { count: 1 })) {
    const label = probes.labels[query]!;
    const prediction = nearest! < gallery.labels.length ? gallery.labels[nearest!]! : -1;
    answers.scores[query] = similarity.exact(query, nearest!);
    answers.mated[query] = Number(enrolled.has(label));
    answers.predictions[query] = prediction;
    answers.correct[query] = Number(answers.mated[query] === 1 && prediction === label);
  }
  return answers;
}
