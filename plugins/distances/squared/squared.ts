import type { Distance } from 'ablate-ml';
import { squaredDistances } from 'ablate-ml/losses';

/** Squared Euclidean distance ‖x − y‖². */
export function squared(): Distance {
  return { between: squaredDistances };
}
