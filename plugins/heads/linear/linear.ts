import { parameterOf, tf, z, type ClassContext, type Head } from 'ablate-ml';
import { linearScores, requireRoomForAll } from 'ablate-ml/losses';
import { glorotUniform } from 'ablate-ml/layers';

export const options = z.strictObject({
  bias: z.boolean().default(true).describe('whether each class has a bias'),
});

/** Options of the linear head. */
export type LinearOptions = z.output<typeof options>;

/** Makes a head of logits xWᵀ + b; W is drawn by Glorot's rule, b starts at 0. */
export function linear(options: LinearOptions, { classes, dim, streams }: ClassContext): Head {
  requireRoomForAll(classes, dim);
  const classWeights = parameterOf(
    'classWeights',
    glorotUniform([classes, dim], dim, classes, streams.stream('classWeights')),
    'kernel',
  );
  const bias = options.bias ? parameterOf('bias', tf.zeros<tf.Rank.R1>([classes]), 'offset') : undefined;
  const scores = (embedding: tf.Tensor2D, labels: tf.Tensor1D) =>
    linearScores(embedding, classWeights.variable, labels, bias?.variable);
  return {
    kind: 'linear',
    parameters: bias ? [classWeights, bias] : [classWeights],
    forward: scores,
    classify: (embedding) => tf.tidy(() => scores(embedding, tf.zeros([embedding.shape[0]], 'int32')).values),
  };
}
