import {
  AblateError,
  parameterOf,
  tf,
  withoutGradient,
  z,
  type ClassContext,
  type InnerUse,
  type LabeledEmbedding,
  type Loss,
  type LossInput,
  type PairLoss,
} from 'ablate-ml';

export const options = z.strictObject({
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
});

/** Options of cross-batch memory. */
export type CrossBatchMemoryOptions = z.output<typeof options>;

/**
 * Makes cross-batch memory (Wang, Zhang, Huang, Scott, CVPR 2020, algorithm 1): a pair loss of the batch against the
 * newest `size` embeddings, the batch's own among them, all constant for the gradient. An image is not compared with
 * its own entry.
 *
 * @throws AblateError PLUGIN_OPTIONS where the wrapped loss does not compare images with images
 */
export async function crossBatchMemory(options: CrossBatchMemoryOptions, context: ClassContext): Promise<Loss> {
  const pairs = await wrappedPairLoss(options.loss, context);
  const size = options.size;
  const embeddings = parameterOf('memory/embeddings', tf.zeros([size, context.dim]), 'state');
  const labels = parameterOf('memory/labels', tf.fill([size], -1, 'int32'), 'state');
  const newest = (batch: tf.Tensor, memory: tf.Tensor): tf.Tensor => tf.slice(tf.concat([batch, memory]), 0, size);
  const remembered = (batch: LabeledEmbedding): LabeledEmbedding => ({
    embedding: withoutGradient(() => newest(batch.embedding, embeddings.variable) as tf.Tensor2D),
    labels: newest(batch.labels, labels.variable) as tf.Tensor1D,
  });
  const isWarm = ({ step }: LossInput): boolean => step >= options.warmup;
  return {
    parameters: [...pairs.parameters, embeddings, labels],
    forward(input) {
      if (!isWarm(input)) return pairs.forward(input);
      const memory = pairs.compare(input, remembered(input), true, input);
      if (options.variant === 'paper') return memory;
      const batch = pairs.forward(input);
      return {
        value: tf.add(batch.value, tf.mul(options.memoryWeight, memory.value)),
        parts: { batch: batch.value, memory: memory.value },
      };
    },
    update(input) {
      pairs.update?.(input);
      if (!isWarm(input)) return;
      const next = remembered(input);
      embeddings.variable.assign(next.embedding);
      labels.variable.assign(next.labels);
    },
  };
}

async function wrappedPairLoss(use: InnerUse, { component }: ClassContext): Promise<PairLoss> {
  const name = typeof use === 'string' ? use : Object.keys(use)[0];
  const loss = await component?.('loss', use);
  if (loss && 'compare' in loss) return loss as PairLoss;
  for (const { variable } of loss?.parameters ?? []) variable.dispose();
  throw new AblateError(
    'PLUGIN_OPTIONS',
    `cross-batch-memory: the loss "${name}" ${loss ? 'does not compare images with images' : 'cannot be made here'}, so it cannot be given a memory.`,
    {
      remedy:
        'Wrap contrastive, triplet, lifted-structure, multi-similarity, supervised-contrastive, circle, n-pair with pairing: all, or a package whose loss has `compare`.',
    },
  );
}
