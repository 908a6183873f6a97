import { definePlugin } from 'ablate-ml';
import { adaface, options } from './adaface.ts';

/** AdaFace: a margin by image quality. */
export default definePlugin({
  kind: 'loss',
  name: 'adaface',
  summary: 'Margin adapted to image quality, told by the norm (AdaFace, Kim et al., CVPR 2022)',
  framework: '^0.1.0',
  schema: options,
  create: (options) => adaface(options),
  needs: () => ({ scores: 'cosine' }),
  invariances: () => ['batch-permutation', 'class-permutation'],
});
