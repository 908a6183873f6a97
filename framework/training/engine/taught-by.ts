import * as tf from '@tensorflow/tfjs';
import type { Loss, LossInput } from '../../contracts/loss.ts';
import type { Rows } from '../../math/metrics/row-source.ts';

/**
 * Gives a loss a teacher's embedding of each row, `input.teacher`.
 *
 * @param rows of the training images, in the training split's order
 * @returns the loss, and the tensor of all rows `[images, dim]`, which the caller disposes after the loss's last use
 */
export function taughtBy(loss: Loss, { values, dim }: Rows): { readonly loss: Loss; readonly embedding: tf.Tensor2D } {
  const embedding = tf.tensor2d(values, [values.length / dim, dim]);
  const withTeacher = (input: LossInput): LossInput => ({ ...input, teacher: tf.gather(embedding, input.rows!) });
  return {
    embedding,
    loss: {
      parameters: loss.parameters,
      forward: (input) => loss.forward(withTeacher(input)),
      ...(loss.logits && { logits: (input) => loss.logits!(withTeacher(input)) }),
      ...(loss.update && { update: (input) => loss.update!(withTeacher(input)) }),
    },
  };
}
