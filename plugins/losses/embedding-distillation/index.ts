import { definePlugin } from 'ablate-ml';
import { embeddingDistillation, options } from './embedding-distillation.ts';

/** Distillation of an embedding. */
export default definePlugin({
  kind: 'loss',
  name: 'embedding-distillation',
  summary: "Distillation: each image's embedding as the teacher's",
  framework: '^0.1.0',
  schema: options,
  create: (options) => embeddingDistillation(options),
  needs: () => ({ teacher: true, teacherOfSameDim: true }),
  invariances: ({ measure, normalize }) => [
    ...(measure === 'cosine' || normalize ? (['embedding-scale'] as const) : []),
    'batch-permutation',
  ],
});
