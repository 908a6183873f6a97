import { AblateError, tf, withoutGradient, z, type LabeledEmbedding, type PairLoss, type PairParts } from 'ablate-ml';
import { comparedPairs, pairLossOf, pairOptions, supervisedContrastiveMean } from 'ablate-ml/losses';

export const options = z.strictObject({
  temperature: z
    .number()
    .positive('temperature must be above 0: the cosines are divided by it')
    .default(0.1)
    .describe('τ: what the cosines are divided by'),
  levelWeights: z
    .array(z.number().min(0, 'a weight of a level cannot be negative'))
    .min(1, 'levelWeights has a number a level, the class last')
    .default([1])
    .describe('λ of each level, coarse to fine; the last is that of the classes themselves'),
  groups: z
    .array(z.array(z.int('a group is a number').min(0, 'a group is a number from 0')))
    .default([])
    .describe(
      'for each level above the classes, coarse to fine: the group of every class, in the order of the classes',
    ),
  distance: pairOptions.distance('cosine'),
  miner: pairOptions.miner(),
  reducer: pairOptions.reducer(),
});

/** Options of the hierarchical contrastive loss. */
export type HierarchicalContrastiveOptions = z.output<typeof options>;

/**
 * Computes the hierarchical multi-label contrastive loss, HiMulCon (Zhang et al., CVPR 2022, eq. 2): 1/L Σ_l λ_l times
 * the supervised contrastive loss with the labels of level l, L the number of levels.
 */
export function hierarchicalContrastive(options: HierarchicalContrastiveOptions, parts: PairParts): PairLoss {
  const level = comparedPairs(parts, (pairs) => {
    const logits: tf.Tensor2D = tf.div(pairs.similarities, options.temperature);
    return { value: supervisedContrastiveMean(logits, pairs, pairs.reduce) };
  });
  return pairLossOf((anchors, references, ...others) => {
    const levels = options.levelWeights.map((weight, place) => {
      const group = options.groups[place];
      return tf.mul(weight, level.compare(atLevel(anchors, group), atLevel(references, group), ...others).value);
    });
    return { value: tf.mean(tf.stack(levels)) };
  });
}

/** Rows with their group's number for their class's; an empty row stays empty. */
function atLevel(rows: LabeledEmbedding, group: readonly number[] | undefined): LabeledEmbedding {
  if (!group) return rows;
  const labels = withoutGradient(() => {
    const groups = tf.gather(tf.tensor1d([...group], 'int32'), tf.cast(tf.relu(rows.labels), 'int32'));
    return tf.where(tf.less(rows.labels, 0), rows.labels, groups) as tf.Tensor1D;
  });
  return { embedding: rows.embedding, labels };
}

/**
 * Checks that every level but the last has a group for every class.
 *
 * @throws AblateError PLUGIN_OPTIONS
 */
export const requireLevels = ({ levelWeights, groups }: HierarchicalContrastiveOptions, classes: number): void => {
  const short = groups.find((group) => group.length !== classes);
  if (groups.length === levelWeights.length - 1 && !short) return;
  throw new AblateError(
    'PLUGIN_OPTIONS',
    short
      ? `hierarchical-contrastive: a level of groups has ${short.length} numbers for ${classes} training classes.`
      : `hierarchical-contrastive: levelWeights has ${levelWeights.length} levels, of which groups describes ${groups.length}.`,
    { remedy: 'Give groups a list for each level but the last, and in it a number for every training class.' },
  );
};
