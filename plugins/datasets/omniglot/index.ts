import { dataFile, definePlugin, imageDataset, imageOptions, inspectImages, splitOptions, z } from 'ablate-ml';
import { omniglot } from './omniglot.ts';

const schema = z.strictObject({
  path: z
    .union([dataFile, z.array(dataFile).min(1)])
    .describe('published zip file, or folder, or a list of them: paths, or `{url, sha256}`'),
  split: splitOptions.split
    .default({ by: 'group', shares: [0.6, 0.4], seed: null })
    .describe(
      "what is for training, validation and test; a group is an alphabet, a class's name is `Alphabet/character01`",
    ),
  openSet: splitOptions.openSet,
  invert: z
    .boolean()
    .default(true)
    .describe('light strokes on a dark ground, as in MNIST; false for dark on light as published'),
  ...imageOptions,
  size: imageOptions.size.default(28),
  color: imageOptions.color.default('gray'),
});

export default definePlugin({
  kind: 'dataset',
  name: 'omniglot',
  summary: 'Omniglot: handwritten characters of many alphabets, split by alphabet.',
  framework: '^0.1.0',
  schema,
  create: async (options, context) => imageDataset(await omniglot(options, context), context),
  inspect: async (options, context) => inspectImages(await omniglot(options, context)),
});

export type OmniglotOptions = z.output<typeof schema>;
