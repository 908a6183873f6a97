import {
  AblateError,
  parameterOf,
  tf,
  withoutGradient,
  type ClassContext,
  type InnerUse,
  type LabeledEmbedding,
  type Loss,
  type LossInput,
  type PairLoss,
} from 'ablate-ml';

/** Options of cross-batch memory. */
export interface CrossBatchMemoryOptions {
  /** The pair loss that is given the memory. */
  readonly loss: InnerUse;
  /** Embeddings that are remembered. */
  readonly size: number;
  /** Steps with the plain pair loss before the memory begins to fill. */
  readonly warmup: number;
  /**
   * `paper`: the batch against the memory; `released-code`: the batch against itself, and, weighted, against the
   * memory.
   */
  readonly variant: 'paper' | 'released-code';
  /** Weight of the memory's term under `released-code`. */
  readonly memoryWeight: number;
}

/**
 * Cross-batch memory (Wang, Zhang, Huang, Scott, CVPR 2020, algorithm 1): a pair loss of the batch against the newest
 * `size` embeddings, the batch's own among them, all constant for the gradient. An image is not compared with its own
 * entry.
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
      const memory = pairs.compare(input, remembered(input), true);
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
