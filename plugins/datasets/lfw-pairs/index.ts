import { dataFile, definePlugin, imageDataset, imageOptions, inspectImages, missingOption, z } from 'ablate-ml';
import { lfwPairs } from './lfw-pairs.ts';

const schema = z.strictObject({
  path: dataFile.describe(
    'folder or zip file of people, `Name/Name_0001.jpg`: a path, or a zip file as `{url, sha256}`',
  ),
  pairs: dataFile.describe("LFW's pairs.txt, or another file of its form"),
  missing: missingOption,
  train: z
    .union([z.literal('others'), z.number().gt(0).lt(1)])
    .default('others')
    .describe('who trains: everyone whom the pairs leave out, or a share of all people, whose pairs are then left out'),
  minimum: z.number().int().min(1).default(2).describe('images that a training person has at least'),
  validation: z.number().min(0).lt(1).default(0).describe('share of the training people set aside for validation'),
  seed: z.number().int().default(0).describe("seed that chooses the people, apart from the run's seed"),
  distractors: z.boolean().default(false).describe('people of one image, none of training, are `distractors`'),
  ...imageOptions,
});

export default definePlugin({
  kind: 'dataset',
  name: 'lfw-pairs',
  summary: 'Labeled Faces in the Wild: verification by the official pairs, identification, training on other people.',
  framework: '^0.1.0',
  schema,
  create: async (options, context) => imageDataset(await lfwPairs(options, context), context),
  inspect: async (options, context) => inspectImages(await lfwPairs(options, context)),
});

export type LfwPairsOptions = z.output<typeof schema>;
