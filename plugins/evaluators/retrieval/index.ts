import { definePlugin } from 'ablate-ml';
import { afterParts, postProcessed, requireApproximateIndex } from 'ablate-ml/metrics';
import { answer } from './answer.ts';
import { options, retrieval } from './retrieval.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'retrieval',
  summary: 'Recall@K, precision@K, R-precision, MAP@R, MAP, NDCG and others of images searched by images.',
  framework: '^0.1.0',
  schema: options,
  columns: ({ exclude, relevant }) => ({
    ...(exclude && { [exclude.same]: 'label' as const }),
    ...(relevant !== null && { [relevant]: 'labels' as const }),
  }),
  parts: afterParts,
  roles: () => ['test', 'validation', 'probe'],
  answer,
  metrics: {
    'Recall@*': { better: 'higher', range: [0, 1] },
    'precision@*': { better: 'higher', range: [0, 1] },
    'R-precision': { better: 'higher', range: [0, 1] },
    'MAP@*': { better: 'higher', range: [0, 1] },
    'NDCG@*': { better: 'higher', range: [0, 1] },
    'MAP-trapezoid': { better: 'higher', range: [0, 1] },
    MAP: { better: 'higher', range: [0, 1] },
    MRR: { better: 'higher', range: [0, 1] },
    mINP: { better: 'higher', range: [0, 1] },
    NDCG: { better: 'higher', range: [0, 1] },
    'macro-*': { better: 'higher', range: [0, 1] },
    'index-recall@*': { better: 'neither', range: [0, 1] },
    'retrieval-queries': { better: 'neither', range: [0, Infinity] },
  },
  async create(options, context) {
    // What is missing is told before training, not after.
    if (options.index) await requireApproximateIndex();
    return postProcessed(retrieval(options, context), options.after, context);
  },
});
