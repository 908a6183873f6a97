import {
  cosineScores,
  glorotUniform,
  parameterOf,
  requireRoomForAll,
  tf,
  type ClassContext,
  type Head,
} from 'ablate-ml';

/** Cosines between embedding and class weights; with K sub-centers, the largest of a class's K. */
export function cosine({ subCenters }: { readonly subCenters: number }, { classes, dim, streams }: ClassContext): Head {
  const rows = classes * subCenters;
  requireRoomForAll(rows, dim);
  const classWeights = parameterOf(
    'classWeights',
    glorotUniform([rows, dim], dim, rows, streams.stream('classWeights')),
    'kernel',
  );
  const scores = (embedding: tf.Tensor2D, labels: tf.Tensor1D) =>
    cosineScores(embedding, classWeights.variable as tf.Tensor as tf.Tensor2D, labels, subCenters);
  return {
    kind: 'cosine',
    parameters: [classWeights],
    forward: scores,
    classify: (embedding) => tf.tidy(() => scores(embedding, tf.zeros([embedding.shape[0]], 'int32')).values),
  };
}
