import { definePlugin } from 'ablate-ml';
import { options, subcenterArcface } from './subcenter-arcface.ts';

/** ArcFace with several centers a class. */
export default definePlugin({
  kind: 'loss',
  name: 'subcenter-arcface',
  summary: 'ArcFace to the nearest of K sub-centers a class (Deng et al., ECCV 2020)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => subcenterArcface(options),
  needs: ({ subCenters }) => ({ scores: 'cosine', subCenters }),
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
