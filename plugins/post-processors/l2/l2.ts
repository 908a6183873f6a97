import type { PostProcessor } from 'ablate-ml';
import { unitRows } from 'ablate-ml/metrics';

/** Divides each row by its Euclidean norm; a row of zeros stays. */
export function l2(): PostProcessor {
  return { apply: ({ values, dim }) => ({ values: unitRows(values, dim), dim }) };
}
