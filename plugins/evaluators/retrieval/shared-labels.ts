import { AblateError, type EmbeddedSplit, type LabelsColumn } from 'ablate-ml';
import type { Relevance } from './ranking-values.ts';

/** The labels of rows: any number each. */
export type LabelSets = Pick<LabelsColumn, 'values' | 'ends'>;

/** How the number of shared labels, or a grade, becomes the gain of NDCG. */
export type Gain = 'linear' | 'exponential';

/** Gives the gain of a grade: the grade itself, or 2^grade − 1 (Burges et al., ICML 2005). */
export const gainOf = (grade: number, gain: Gain): number => (gain === 'linear' ? grade : 2 ** grade - 1);

/**
 * Takes a column of labels of a split.
 *
 * @throws AblateError DATA_INVALID where there is no such column
 */
export function labelSetsOf({ role, columns = {} }: EmbeddedSplit, name: string): LabelSets {
  const column = columns[name];
  if (column?.kind === 'labels') return column;
  throw new AblateError('DATA_INVALID', `The images of ${role} have no column of any number of labels "${name}".`, {
    remedy: 'Embeddings from a file have none: evaluate the run itself.',
  });
}

const labelsAt = ({ values, ends }: LabelSets, row: number): Int32Array =>
  values.subarray(ends[row - 1] ?? 0, ends[row]);

/**
 * Makes relevance of shared labels: a reference is relevant to a query that it shares a label with, the more the more
 * they share.
 *
 * @param isLeftOut says which references do not count for a query: itself, its own camera
 */
export function sharedLabels(
  queries: LabelSets,
  references: LabelSets,
  gain: Gain,
  isLeftOut: (query: number, reference: number) => boolean,
): Relevance {
  const having = new Map<number, number[]>();
  for (let reference = 0; reference < references.ends.length; reference++) {
    for (const label of labelsAt(references, reference)) {
      const own = having.get(label);
      if (own) own.push(reference);
      else having.set(label, [reference]);
    }
  }
  return {
    gainsOf(query) {
      const shared = new Map<number, number>();
      for (const label of labelsAt(queries, query))
        for (const reference of having.get(label) ?? [])
          if (!isLeftOut(query, reference)) shared.set(reference, (shared.get(reference) ?? 0) + 1);
      return new Map(Array.from(shared, ([reference, count]) => [reference, gainOf(count, gain)]));
    },
  };
}

/** Joins the labels of rows, `first`'s before `second`'s. */
export function joinedSets(first: LabelSets, second: LabelSets): LabelSets {
  const values = new Int32Array(first.values.length + second.values.length);
  values.set(first.values);
  values.set(second.values, first.values.length);
  const ends = new Uint32Array(first.ends.length + second.ends.length);
  ends.set(first.ends);
  ends.set(
    second.ends.map((end) => end + first.values.length),
    first.ends.length,
  );
  return { values, ends };
}
