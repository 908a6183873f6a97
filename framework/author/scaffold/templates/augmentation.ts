import type { Template } from './template.ts';

/** An augmentation: noise on every byte. */
export const augmentationTemplate: Template = {
  summary: 'Every byte is changed by a little noise.',
  options: [
    {
      name: 'amount',
      zod: 'z.number().min(0).max(255)',
      type: 'number',
      default: '8',
      meaning: 'most that a byte is changed by, up or down',
    },
    {
      name: 'p',
      zod: 'z.number().min(0).max(1)',
      type: 'number',
      default: '1',
      meaning: 'how often an image is changed',
    },
  ],
  maths: ({ camel, pascal }) => `import { z⟦, type Augmentation⟧ } from 'ablate-ml';

/** Runs in decoding threads: nothing is random but what \`random\` draws. */
export function ${camel}({ amount, p }⟦: ${pascal}Options⟧)⟦: Augmentation⟧ {
  return {
    p,
    apply(image, random) {
      const { data } = image;
      for (let at = 0; at < data.length; at++) data[at] = Math.max(0, Math.min(255, Math.round(data[at]⟦!⟧ + random.between(-amount, amount))));
      return image;
    },
    sizeAfter: (size) => size,
  };
}
`,
  manifest: ({ camel }) => `  create: (options) => ${camel}(options),`,
  testImports: { RandomStreams: 'ablate-ml' },
  tests: ({ camel }) => `test('no byte is changed by more than the amount', () => {
  const image = { data: Uint8Array.of(0, 100, 255), height: 1, width: 3, channels: 1 };
  const { apply } = ${camel}({ amount: 5, p: 1 });
  const changed = apply(image, new RandomStreams(1).stream('test'))⟦ as typeof image⟧;
  [0, 100, 255].forEach((byte, at) => expect(Math.abs(changed.data[at]⟦!⟧ - byte)).toBeLessThanOrEqual(5));
});
`,
  equation: '    x ← clip(x + u(−amount, amount))',
  limits: 'Knows no colors: each channel has its own noise.',
  spec: 'augment: {train: [USE]}',
  replaces: ['augment'],
};
