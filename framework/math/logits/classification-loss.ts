import type * as tf from '@tensorflow/tfjs';
import type { Scores } from '../../contracts/head.ts';
import type { Loss, LossInput } from '../../contracts/loss.ts';
import { batchMean } from './batch-mean.ts';
import type { ClassificationOptions } from './classification-options.ts';
import { rowLosses } from './row-losses.ts';

/** A loss that has logits: what `classificationLoss` makes. */
export type ClassificationLoss = Loss & Required<Pick<Loss, 'logits'>>;

/**
 * Makes the loss that most margin losses are: logits made from the scores, then the mean cross-entropy over the batch,
 * of weighed rows where the batch has weights. A loss with state or further terms spreads the result and adds to it.
 *
 * @param logitsOf the head's scores and the whole batch → logits `[batch, columns]`
 * @param options a live view, read at every step
 */
export function classificationLoss(
  logitsOf: (scores: Scores, input: LossInput) => tf.Tensor2D,
  options: Partial<ClassificationOptions> = {},
): ClassificationLoss {
  return {
    parameters: [],
    logits: (input) => logitsOf(input.scores!, input),
    forward(input) {
      const scores = input.scores!;
      return { value: batchMean(rowLosses(logitsOf(scores, input), scores.target, options), input) };
    },
  };
}
