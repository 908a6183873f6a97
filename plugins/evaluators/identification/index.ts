import { approximateIndexSchema, definePlugin, requireApproximateIndex, z } from 'ablate-ml';
import { answer } from './answer.ts';
import { identification } from './identification.ts';

const schema = z.strictObject({
  distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
  ranks: z.array(z.number().int().min(1)).min(1).default([1, 5, 10]).describe('K of rank-K'),
  distractorCounts: z
    .array(z.number().int().min(1))
    .default([10, 100, 1000, 10_000, 100_000, 1_000_000])
    .describe('numbers of distractors at which rank-1 is reported too, as far as there are so many'),
  distractorSeed: z
    .number()
    .int()
    .default(0)
    .describe("seed of the distractors' order, apart from the run's seed, so that runs meet the same ones"),
  enrolled: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe(
      'share of the classes in the gallery where the data set has none of its own, drawn by `distractorSeed`; images of the others are distractors',
    ),
  falseAlarmRates: z
    .array(z.number().positive().lt(1))
    .default([0.1, 0.01, 0.001])
    .describe('rates FAR at which DIR is reported, where probes without a mate exist'),
  index: approximateIndexSchema
    .nullable()
    .default(null)
    .describe(
      '`{connectivity, build, search, checked}`: ranks in the list that an approximate index (HNSW) gives, whose recall is measured on `checked` probes; null for exact ranks',
    ),
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

export default definePlugin({
  kind: 'evaluator',
  name: 'identification',
  summary: 'Who is it? Rank-K among a gallery and distractors, the CMC, and DIR at FAR.',
  framework: '^0.1.0',
  schema,
  roles: () => ['probe', 'test', 'validation'],
  answer,
  metrics: {
    'rank-*': { better: 'higher', range: [0, 1] },
    'DIR@FAR=*': { better: 'higher', range: [0, 1] },
    'identification-index-recall@*': { better: 'neither', range: [0, 1] },
    'identification-distractors': { better: 'neither', range: [0, Infinity] },
  },
  async create(options, context) {
    // What is missing is told before training, not after.
    if (options.index) await requireApproximateIndex();
    return identification(options, context);
  },
});
