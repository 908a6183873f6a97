import type { Distance } from 'ablate-ml';
import { cosineDistance } from 'ablate-ml/losses';

/** Makes the distance 1 − cosine, whose similarity is the cosine. */
export function cosine(): Distance {
  return cosineDistance;
}
