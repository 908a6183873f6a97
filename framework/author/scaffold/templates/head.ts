import type { Template } from './template.ts';

/** A head: cosines to class weights. */
export const headTemplate: Template = {
  summary: 'Cosines between embedding and class weights.',
  options: [
    {
      name: 'deviation',
      zod: 'z.number().positive()',
      type: 'number',
      default: '0.05',
      meaning: 'standard deviation of the initial class weights',
    },
  ],
  maths: ({ camel, pascal }) => `import { parameterOf, tf, z⟦, type ClassContext, type Head⟧ } from 'ablate-ml';
import { normal } from 'ablate-ml/layers';
import { cosineScores } from 'ablate-ml/losses';

/** The caller disposes what it gives; its one variable is a parameter, which a checkpoint keeps. */
export function ${camel}({ deviation }⟦: ${pascal}Options⟧, { classes, dim, streams }⟦: ClassContext⟧)⟦: Head⟧ {
  const classWeights = parameterOf('classWeights', normal([classes, dim], deviation, streams.stream('classWeights')), 'kernel');
  const weights = classWeights.variable;
  return {
    kind: 'cosine',
    parameters: [classWeights],
    forward: (embedding, labels) => cosineScores(embedding, weights, labels),
    classify: (embedding) => tf.tidy(() => cosineScores(embedding, weights, tf.zeros([embedding.shape[0]], 'int32')).values),
  };
}
`,
  manifest: ({ camel }) => `  gives: () => ({ scores: 'cosine', subCenters: 1 }),
  create: (options, context) => ${camel}(options, context),`,
  testImports: { RandomStreams: 'ablate-ml', tf: 'ablate-ml' },
  tests: ({ camel }) => `test('cosines by hand', () => {
  const head = ${camel}({ deviation: 1 }, { classes: 2, dim: 2, streams: new RandomStreams(1) });
  head.parameters[0]⟦!⟧.variable.assign(tf.tensor2d([[2, 0], [0, 3]]));
  const values = [...head.classify(tf.tensor2d([[3, 4]])).dataSync()];
  expect(values[0]).toBeCloseTo(0.6, 6);
  expect(values[1]).toBeCloseTo(0.8, 6);
});
`,
  equation: '    cosθ_j = ⟨x, w_j⟩ / (‖x‖ ‖w_j‖)',
  limits: 'Losses that work on logits need a linear head.',
  spec: 'head: USE\nlosses: [cosface: {s: 16, m: 0.1}]',
  replaces: ['head', 'losses'],
};
