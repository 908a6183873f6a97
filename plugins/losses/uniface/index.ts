import { definePlugin } from 'ablate-ml';
import { options, uniface } from './uniface.ts';

/** UniFace: one learned threshold for all classes. */
export default definePlugin({
  kind: 'loss',
  name: 'uniface',
  summary: 'Unified cross-entropy with one learned threshold for all classes (UniFace, Zhou et al., ICCV 2023)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => uniface(options, context),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
