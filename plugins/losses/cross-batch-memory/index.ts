import { definePlugin, z } from 'ablate-ml';
import { crossBatchMemory } from './cross-batch-memory.ts';

/** Cross-batch memory around a pair loss. */
export default definePlugin({
  kind: 'loss',
  name: 'cross-batch-memory',
  summary:
    'Cross-batch memory: gives a pair loss the embeddings of past batches to compare with (Wang et al., CVPR 2020)',
  framework: '^0.1.0',
  schema: z.strictObject({
    loss: z
      .union([
        z.string(),
        z
          .record(z.string(), z.record(z.string(), z.unknown()))
          .refine(
            (use) => Object.keys(use).length === 1,
            'loss names one pair loss: contrastive, or {contrastive: {negativeMargin: 0.5}}',
          ),
      ])
      .default('contrastive')
      .describe('the pair loss that is given the memory: a name, or a name with its options'),
    size: z
      .int('size counts embeddings')
      .positive('size counts embeddings and must be at least 1')
      .default(8192)
      .describe('embeddings that are remembered'),
    warmup: z
      .int('warmup counts steps')
      .min(0, 'warmup counts steps and cannot be negative')
      .default(1000)
      .describe('steps with the plain pair loss before the memory begins to fill'),
    variant: z
      .enum(['paper', 'released-code'])
      .default('paper')
      .describe(
        'the batch against the memory (algorithm 1), or the batch against itself and, weighted, against the memory',
      ),
    memoryWeight: z
      .number()
      .min(0, 'memoryWeight weighs a loss and cannot be negative')
      .default(1)
      .describe("weight of the memory's term, for `released-code`"),
  }),
  create: (options, context) => crossBatchMemory(options, context),
  needs: () => ({ positives: true }),
  inner: ({ loss }) => [loss],
});
