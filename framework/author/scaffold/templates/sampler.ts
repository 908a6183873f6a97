import type { Template } from './template.ts';

/** A sampler: every class equally often. */
export const samplerTemplate: Template = {
  summary: 'Batches in which every class is equally likely.',
  options: [],
  maths: ({ camel }) => `⟦import type { Sampler, SamplerContext } from 'ablate-ml';

⟧/** Draws a class, then an image of it. Each batch has a stream of its own, so that a run resumes at any step. */
export function ${camel}({ split, batch, streams }⟦: SamplerContext⟧)⟦: Sampler⟧ {
  const rows = split.classNames.map((_, label) => [...split.labels.keys()].filter((row) => split.labels[row] === label)).filter((of) => of.length > 0);
  return {
    stepsPerEpoch: Math.floor(split.length / batch),
    batch(epoch, step) {
      const random = streams.stream('batch', epoch, step);
      return Int32Array.from({ length: batch }, () => {
        const of = rows[random.integer(rows.length)]⟦!⟧;
        return of[random.integer(of.length)]⟦!⟧;
      });
    },
  };
}
`,
  manifest: ({ camel }) => `  create: (_, context) => ${camel}(context),`,
  testImports: { RandomStreams: 'ablate-ml' },
  tests: ({ camel }) => `test('a rare class is drawn as often as a common one', () => {
  const labels = Int32Array.from({ length: 100 }, (_, row) => (row < 10 ? 1 : 0));
  const sampler = ${camel}({ split: { role: 'train', length: 100, labels, classNames: ['common', 'rare'], images: () => new Float32Array(0) }, batch: 50, streams: new RandomStreams(1) });
  const drawn = Array.from({ length: 40 }, (_, epoch) => [...sampler.batch(epoch, 0)]).flat();
  expect(drawn.filter((row) => labels[row] === 1).length / drawn.length).toBeCloseTo(0.5, 1);
});
`,
  equation: '    P(image i) = 1 / (C · n_{y_i})   for C classes, of which class y has n_y images',
  limits: 'Draws with replacement: an epoch may leave images out.',
  spec: 'sampler: USE',
  replaces: [],
};
