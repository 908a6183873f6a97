import {
  glorotUniform,
  linearScores,
  parameterOf,
  requireRoomForAll,
  tf,
  type ClassContext,
  type Head,
} from 'ablate-ml';

/** Logits xWᵀ + b; W is drawn by Glorot's rule, b starts at 0. */
export function linear(options: { readonly bias: boolean }, { classes, dim, streams }: ClassContext): Head {
  requireRoomForAll(classes, dim);
  const classWeights = parameterOf(
    'classWeights',
    glorotUniform([classes, dim], dim, classes, streams.stream('classWeights')),
    'kernel',
  );
  const bias = options.bias ? parameterOf('bias', tf.zeros([classes]), 'offset') : undefined;
  const scores = (embedding: tf.Tensor2D, labels: tf.Tensor1D) =>
    linearScores(
      embedding,
      classWeights.variable as tf.Tensor as tf.Tensor2D,
      labels,
      bias?.variable as tf.Tensor as tf.Tensor1D | undefined,
    );
  return {
    kind: 'linear',
    parameters: bias ? [classWeights, bias] : [classWeights],
    forward: scores,
    classify: (embedding) => tf.tidy(() => scores(embedding, tf.zeros([embedding.shape[0]], 'int32')).values),
  };
}
