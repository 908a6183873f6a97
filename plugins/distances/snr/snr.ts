import type { Distance } from 'ablate-ml';
import { snrDistances } from 'ablate-ml/losses';

/** Makes the signal-to-noise ratio distance var(y − x) / var(x), not symmetric. */
export function snr(): Distance {
  return { between: snrDistances };
}
