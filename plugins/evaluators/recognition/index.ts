import { definePlugin, z } from 'ablate-ml';
import { recognition } from './recognition.ts';

const schema = z.strictObject({
  distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
  falseAlarmRates: z
    .array(z.number().positive().lt(1))
    .default([0.1, 0.01])
    .describe('rates FAR at which DIR is reported'),
  thresholdSeed: z
    .number()
    .int()
    .default(0)
    .describe("seed of which validation classes play the unknown ones, apart from the run's seed"),
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

export default definePlugin({
  kind: 'evaluator',
  name: 'recognition',
  summary: 'One prediction and confidence for queries that may show none of the classes: GAP and DIR at FAR.',
  framework: '^0.1.0',
  schema,
  roles: () => ['probe', 'test', 'validation'],
  metrics: {
    GAP: { better: 'higher', range: [0, 1] },
    'recognition-DIR@FAR=*': { better: 'higher', range: [0, 1] },
    'recognition-accuracy': { better: 'higher', range: [0, 1] },
    'recognition-threshold': { better: 'neither', range: [-Infinity, Infinity] },
  },
  create: (options, context) => recognition(options, context),
});
