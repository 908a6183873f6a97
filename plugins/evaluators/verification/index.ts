import { definePlugin, z } from 'ablate-ml';
import { answer } from './answer.ts';
import { verification } from './verification.ts';

const schema = z.strictObject({
  distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
  flip: z
    .enum(['none', 'sum', 'concatenate'])
    .default('none')
    .describe("flip test: the mirrored image's embedding is added to, or put beside, the image's own"),
  falseAcceptRates: z
    .array(z.number().positive().lt(1))
    .default([0.1, 0.01, 0.001, 0.0001])
    .describe('rates FAR at which TAR is reported'),
  sampledPairs: z
    .number()
    .int()
    .min(4)
    .default(6000)
    .describe('pairs drawn, half of them same, where the data set has no pairs of its own'),
  folds: z.number().int().min(2).default(10).describe('folds of the drawn pairs; classes are dealt to the folds'),
  pairSeed: z
    .number()
    .int()
    .default(0)
    .describe("seed of the drawn pairs, apart from the run's seed, so that runs are compared on the same pairs"),
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

export default definePlugin({
  kind: 'evaluator',
  name: 'verification',
  summary: 'Same class or not: accuracy by folds, AUC, EER, TAR at given FARs.',
  framework: '^0.1.0',
  schema,
  roles: () => ['pairs', 'test', 'validation', 'probe'],
  answer,
  metrics: {
    'verification-accuracy': { better: 'higher', range: [0, 1] },
    'verification-accuracy-standard-error': { better: 'neither', range: [0, 1] },
    'verification-auc': { better: 'higher', range: [0, 1] },
    'verification-eer': { better: 'lower', range: [0, 1] },
    'TAR@FAR=*': { better: 'higher', range: [0, 1] },
  },
  create: (options, context) => verification(options, context),
});
