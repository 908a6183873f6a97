import { z } from 'ablate-ml';
import { agreement, purity } from './mutual-information.ts';

const labels = z.array(z.number().int());
const clusteringCase = z.object({ labelsA: labels, labelsB: labels });

/** Answers a reference case: two labelings of the same items. */
export function answer(input: unknown): Record<string, unknown> {
  const { labelsA, labelsB } = clusteringCase.parse(input);
  return { ...agreement(labelsA, labelsB), purity: purity(labelsA, labelsB) };
}
