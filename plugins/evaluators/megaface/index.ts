import { definePlugin, z } from 'ablate-ml';
import { megaface } from './megaface.ts';

const source = z.strictObject({
  list: z.string().min(1),
  directory: z.string().min(1),
  suffix: z.string().default('.bin'),
});

const schema = z.strictObject({
  distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
  lists: z
    .enum(['raw', 'cleaned'])
    .default('raw')
    .describe("whether the lists are the challenge's own or cleaned of label noise; part of every metric's name"),
  distractorCounts: z
    .array(z.number().int().min(1))
    .default([10, 100, 1000, 10_000, 100_000, 1_000_000])
    .describe('numbers N of distractors at which rank-1 is reported, besides all'),
  falseAcceptRates: z
    .array(z.number().positive().lt(1))
    .min(1)
    .default([0.0001, 0.00001, 0.000001])
    .describe('rates FAR at which TAR is reported'),
  distractorSeed: z.number().int().default(0).describe("seed of the distractors' order, apart from the run's seed"),
  features: z
    .strictObject({ probes: source, distractors: source })
    .nullable()
    .default(null)
    .describe('feature files to measure instead of the run: `{probes: {list, directory, suffix}, distractors: {…}}`'),
  write: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("folder into which the run's embeddings are written as the devkit's feature files and lists"),
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

export default definePlugin({
  kind: 'evaluator',
  name: 'megaface',
  summary:
    "The MegaFace challenge: rank-1 among up to a million distractors and TAR at FAR, from a run or from the devkit's files.",
  framework: '^0.1.0',
  schema,
  roles: ({ features }) => (features ? [] : ['probe']),
  metrics: {
    'megaface-*/rank-1@distractors=*': { better: 'higher', range: [0, 1] },
    'megaface-*/TAR@FAR=*': { better: 'higher', range: [0, 1] },
  },
  create: (options, context) => megaface(options, context),
});
