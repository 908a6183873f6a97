import { definePlugin, z } from 'ablate-ml';
import { snr } from './snr.ts';

/** Noise over signal: var(y − x) / var(x). */
export default definePlugin({
  kind: 'distance',
  name: 'snr',
  summary: 'Noise over signal: var(y − x) / var(x)',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  create: () => snr(),
});
