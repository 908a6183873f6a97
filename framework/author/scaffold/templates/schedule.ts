import type { Template } from './template.ts';

/** A schedule: polynomial decay. */
export const scheduleTemplate: Template = {
  summary: 'The learning rate falls to zero by a power of what is left.',
  options: [
    {
      name: 'rate',
      zod: 'z.number().positive()',
      type: 'number',
      default: '0.05',
      meaning: 'learning rate at the start',
    },
    {
      name: 'power',
      zod: 'z.number().positive()',
      type: 'number',
      default: '2',
      meaning: 'exponent of the share of steps that is left',
    },
  ],
  maths: ({ camel, pascal }) => `import { z⟦, type Schedule⟧ } from 'ablate-ml';

/** A pure function of how far training has come, so that a run resumes anywhere. */
export function ${camel}(options⟦: ${pascal}Options⟧)⟦: Schedule⟧ {
  return { rate: ({ step, steps }) => options.rate * (1 - step / steps) ** options.power };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  tests: ({ camel }) => `test('a quarter of the rate half-way', () => {
  expect(${camel}({ rate: 0.4, power: 2 }).rate({ step: 50, steps: 100, epoch: 5, epochs: 10 })).toBeCloseTo(0.1, 12);
});
`,
  equation: '    η(t) = rate · (1 − t / T)^power',
  limits: 'No warm-up.',
  spec: 'schedule: USE',
  replaces: ['schedule'],
};
