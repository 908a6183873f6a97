import { approximateIndexSchema, definePlugin, requireApproximateIndex, z } from 'ablate-ml';
import { answer } from './answer.ts';
import { retrieval } from './retrieval.ts';

const ranks = z.array(z.number().int().min(1));

const schema = z.strictObject({
  distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
  protocol: z
    .enum(['auto', 'leave-one-out', 'gallery'])
    .default('auto')
    .describe(
      '`leave-one-out`: each image of the split is searched among all others; `gallery`: probes among gallery and distractors; `auto`: the first where there is such a split',
    ),
  recallAt: ranks.min(1).default([1, 2, 4, 8]).describe('K of Recall@K'),
  mapAt: ranks.default([]).describe('K of MAP@K'),
  index: approximateIndexSchema
    .nullable()
    .default(null)
    .describe(
      '`{connectivity, build, search, checked}`: neighbors from an approximate index (HNSW), whose recall is measured on `checked` queries; null for exact search',
    ),
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

export default definePlugin({
  kind: 'evaluator',
  name: 'retrieval',
  summary: 'Recall@K, precision@1, R-precision, MAP@R and MAP@K of images searched by images.',
  framework: '^0.1.0',
  schema,
  roles: () => ['test', 'validation', 'probe'],
  answer,
  metrics: {
    'Recall@*': { better: 'higher', range: [0, 1] },
    'precision@1': { better: 'higher', range: [0, 1] },
    'R-precision': { better: 'higher', range: [0, 1] },
    'MAP@*': { better: 'higher', range: [0, 1] },
    'index-recall@*': { better: 'neither', range: [0, 1] },
    'retrieval-queries': { better: 'neither', range: [0, Infinity] },
  },
  async create(options, context) {
    // What is missing is told before training, not after.
    if (options.index) await requireApproximateIndex();
    return retrieval(options, context);
  },
});
