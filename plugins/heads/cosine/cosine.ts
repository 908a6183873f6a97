import { parameterOf, tf, z, type ClassContext, type Head } from 'ablate-ml';
import { cosineScores, requireRoomForAll } from 'ablate-ml/losses';
import { glorotUniform } from 'ablate-ml/layers';

export const options = z.strictObject({
  subCenters: z.number().int().min(1).max(100).default(1).describe('K, sub-centers a class; the nearest one counts'),
});

/** Options of the cosine head. */
export type CosineOptions = z.output<typeof options>;

/** Makes a head of cosines between embedding and class weights; with K sub-centers, the largest of a class's K. */
export function cosine({ subCenters }: CosineOptions, { classes, dim, streams }: ClassContext): Head {
  const rows = classes * subCenters;
  requireRoomForAll(rows, dim);
  const classWeights = parameterOf(
    'classWeights',
    glorotUniform([rows, dim], dim, rows, streams.stream('classWeights')),
    'kernel',
  );
  const scores = (embedding: tf.Tensor2D, labels: tf.Tensor1D) =>
    cosineScores(embedding, classWeights.variable, labels, subCenters);
  return {
    kind: 'cosine',
    parameters: [classWeights],
    forward: scores,
    classify: (embedding) => tf.tidy(() => scores(embedding, tf.zeros([embedding.shape[0]], 'int32')).values),
  };
}
