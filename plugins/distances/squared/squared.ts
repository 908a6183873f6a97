import type { Distance } from 'ablate-ml';
import { squaredDistances } from 'ablate-ml/losses';

/** Makes the squared Euclidean distance ‖x − y‖². */
export function squared(): Distance {
  return { between: squaredDistances };
}
