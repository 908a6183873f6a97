import { definePlugin, parameterOf, tf, z, type Head } from 'ablate-ml';
import { linearScores } from 'ablate-ml/losses';
import { glorotUniform } from 'ablate-ml/layers';

/** A linear head that leaves its bias out when it classifies. */
export default definePlugin({
  kind: 'head',
  name: 'other-classifier',
  summary: 'classify that is not forward',
  framework: '^0.1.0',
  schema: z.strictObject({}),
  gives: () => ({ scores: 'linear', subCenters: 1 }),
  create: (_, { classes, dim, streams }): Head => {
    const classWeights = parameterOf(
      'classWeights',
      glorotUniform([classes, dim], dim, classes, streams.stream('weights')),
      'kernel',
    );
    const bias = parameterOf('bias', tf.fill<tf.Rank.R1>([classes], 0.5), 'offset');
    const weights = classWeights.variable;
    return {
      kind: 'linear',
      parameters: [classWeights, bias],
      forward: (embedding, labels) => linearScores(embedding, weights, labels, bias.variable),
      classify: (embedding) => tf.matMul(embedding, weights, false, true),
    };
  },
});
