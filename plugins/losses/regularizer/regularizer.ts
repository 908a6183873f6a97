import {
  AblateError,
  innerUseSchema,
  z,
  type ClassContext,
  type Loss,
  type LossInput,
  type Regularizer,
  type tf,
} from 'ablate-ml';

export const options = z.strictObject({
  use: innerUseSchema.describe('the regularizer: a name, or a name with its options'),
  of: z
    .enum(['embedding', 'class-weights'])
    .default('embedding')
    .describe("the rows that are regularized: the batch's embeddings, or the head's class weights"),
});

/** Options of the loss that is a regularizer. */
export type RegularizerOptions = z.output<typeof options>;

/**
 * Makes a regularizer of a loss, to be added to another with a weight.
 *
 * @throws AblateError PLUGIN_NOT_FOUND, PLUGIN_OPTIONS
 */
export async function regularizer({ use, of }: RegularizerOptions, { component }: ClassContext): Promise<Loss> {
  const made: Regularizer | undefined = await component?.('regularizer', use);
  if (!made)
    throw new AblateError('PLUGIN_OPTIONS', 'regularizer: what it uses cannot be made here.', {
      remedy: 'Give a context with component.',
    });
  const rows = of === 'embedding' ? ({ embedding }: LossInput): tf.Tensor2D => embedding : classWeightsOf;
  return { parameters: [], forward: (input) => ({ value: made.penalty(rows(input)) }) };
}

function classWeightsOf({ scores }: LossInput): tf.Tensor2D {
  const weights = scores?.classWeights?.();
  if (weights) return weights;
  throw new AblateError('SPEC_INVALID', 'regularizer: there are no class weights to regularize.', {
    remedy: 'Write a head, such as head: {cosine: {}}, or of: embedding.',
  });
}
