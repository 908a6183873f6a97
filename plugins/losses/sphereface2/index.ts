import { definePlugin } from 'ablate-ml';
import { options, sphereface2 } from './sphereface2.ts';

/** SphereFace2: a binary loss for each class. */
export default definePlugin({
  kind: 'loss',
  name: 'sphereface2',
  summary: 'Binary logistic losses of all classes with one learned bias (SphereFace2, Wen et al., ICLR 2022)',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => sphereface2(options, context),
  needs: () => ({ scores: 'cosine' }),
  inexactGradients: ({ gradient }) =>
    gradient === 'straight-through'
      ? Object.fromEntries(
          ['embedding', 'classWeights'].map((input) => [input, 'g and the margin count in the value alone']),
        )
      : {},
  invariances: () => ['embedding-scale', 'batch-permutation', 'class-permutation'],
});
