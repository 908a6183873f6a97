import { definePlugin } from 'ablate-ml';
import { elasticFace, options } from './elastic-face.ts';

/** ElasticFace: a margin drawn for each row. */
export default definePlugin({
  kind: 'loss',
  name: 'elastic-face',
  summary: 'ArcFace or CosFace with a margin drawn for each row (ElasticFace, Boutros et al., CVPR workshops 2022)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => elasticFace(options, context),
  needs: () => ({ scores: 'cosine' }),
  invariances: ({ assign, sigma }) => [
    'embedding-scale',
    ...(assign === 'sorted' || sigma === 0 ? (['batch-permutation'] as const) : []),
    'class-permutation',
  ],
});
