import type { Distance } from 'ablate-ml';
import { euclideanDistances } from 'ablate-ml/losses';

/** Makes the Euclidean distance ‖x − y‖. */
export function euclidean(): Distance {
  return { between: euclideanDistances };
}
