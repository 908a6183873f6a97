import { definePlugin } from 'ablate-ml';
import { options, vicreg } from './vicreg.ts';

/** VICReg of two views. */
export default definePlugin({
  kind: 'loss',
  name: 'vicreg',
  summary: 'VICReg: two views alike, every dimension spread, none like another (Bardes et al., ICLR 2022)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => vicreg(options),
  needs: () => ({ views: 2 }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
