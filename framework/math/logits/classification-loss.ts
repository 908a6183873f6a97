import type * as tf from '@tensorflow/tfjs';
import type { Scores } from '../../contracts/head.ts';
import type { Loss, LossInput } from '../../contracts/loss.ts';
import { ops } from '../ops/ops.ts';
import { batchMean } from './batch-mean.ts';

/** A loss that has logits: what `classificationLoss` makes. */
export type ClassificationLoss = Loss & Required<Pick<Loss, 'logits'>>;

/**
 * The loss that most margin losses are: logits made from the scores, then the mean cross-entropy over the batch, of
 * weighed rows where the batch has weights. A loss with state or further terms spreads the result and adds to it.
 *
 * @param logitsOf the head's scores and the whole batch → logits `[batch, columns]`
 */
export function classificationLoss(logitsOf: (scores: Scores, input: LossInput) => tf.Tensor2D): ClassificationLoss {
  return {
    parameters: [],
    logits: (input) => logitsOf(input.scores!, input),
    forward(input) {
      const scores = input.scores!;
      return { value: batchMean(ops.crossEntropy(logitsOf(scores, input), scores.target), input) };
    },
  };
}
