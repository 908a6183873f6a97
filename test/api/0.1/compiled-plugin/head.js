// As TypeScript compiled it against ablate-ml 0.1.0. Never to be changed.
import { definePlugin, parameterOf, tf, z } from 'ablate-ml';
import { cosineScores } from 'ablate-ml/losses';
import { glorotUniform } from 'ablate-ml/layers';
export default definePlugin({
  kind: 'head',
  name: 'compiled-head',
  summary: 'A head of the first version of the contracts.',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  gives: () => ({ scores: 'cosine', subCenters: 1 }),
  create: (_, { classes, dim, streams }) => {
    const classWeights = parameterOf(
      'classWeights',
      glorotUniform([classes, dim], dim, classes, streams.stream('classWeights')),
      'kernel',
    );
    return {
      kind: 'cosine',
      parameters: [classWeights],
      forward: (embedding, labels) => cosineScores(embedding, classWeights.variable, labels),
      classify: (embedding) =>
        tf.tidy(() => cosineScores(embedding, classWeights.variable, tf.zeros([embedding.shape[0]], 'int32')).values),
    };
  },
});
