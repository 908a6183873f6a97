import type { Distance } from 'ablate-ml';
import { snrDistances } from 'ablate-ml/losses';

/** Signal-to-noise ratio distance var(y − x) / var(x), not symmetric. */
export function snr(): Distance {
  return { between: snrDistances };
}
