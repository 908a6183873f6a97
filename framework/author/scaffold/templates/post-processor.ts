import type { Template } from './template.ts';

/** A post-processor: signed powers of an embedding's numbers. */
export const postProcessorTemplate: Template = {
  summary: 'Signed powers of the numbers of an embedding.',
  options: [
    {
      name: 'power',
      zod: 'z.number().positive()',
      type: 'number',
      default: '0.5',
      meaning: 'power of the magnitude; 1 changes nothing',
    },
  ],
  maths: ({ camel, pascal }) => `import { z⟦, type PostProcessor⟧ } from 'ablate-ml';

/** What the paper calls it, and its equation. What training images teach goes into fit, learned and restore. */
export function ${camel}(options⟦: ${pascal}Options⟧)⟦: PostProcessor⟧ {
  return {
    apply: ({ values, dim }) => ({
      values: values.map((value) => Math.sign(value) * Math.abs(value) ** options.power),
      dim,
    }),
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  tests: ({ camel }) => `test('a case worked by hand', async () => {
  const values = Float32Array.of(4, -9, 0, 1);
  const rows = await ${camel}({ power: 0.5 }).apply({ values, dim: 2 });
  expect([...rows.values]).toEqual([2, -3, 0, 1]);
});
`,
  equation: '    y = sign(x) |x|^power',
  limits: 'Sharpens nothing: numbers near 0 are pulled away from it.',
  spec: 'evaluate:\n  - retrieval: {after: [USE]}',
  replaces: ['evaluate'],
};
