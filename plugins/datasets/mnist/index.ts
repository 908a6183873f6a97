import { dataFile, definePlugin, splitAmounts, z } from 'ablate-ml';
import { mnist, readMnist } from './mnist.ts';

const schema = z
  .strictObject({
    images: dataFile.describe('IDX file of images, .gz or not: a path, or `{url, sha256}`'),
    labels: dataFile.describe('IDX file of their labels'),
    testImages: dataFile.nullable().default(null).describe('IDX file of test images, in the official layout'),
    testLabels: dataFile.nullable().default(null).describe('IDX file of their labels'),
    split: splitAmounts
      .nullable()
      .default(null)
      .describe('`[train, test]` or `[train, validation, test]`, in images or shares, of the one pair of files'),
    splitSeed: z
      .number()
      .int()
      .default(0)
      .describe("seed of the permutation that deals the images out, apart from the run's seed"),
    validation: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe('training images set aside for validation, in the official layout'),
    classNames: z
      .array(z.string())
      .min(2)
      .max(256)
      .default(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'])
      .describe('name of each label, from 0'),
  })
  .refine(({ testImages, testLabels }) => (testImages === null) === (testLabels === null), {
    error: '`testImages` and `testLabels` go together',
  })
  .refine(({ testImages, split }) => (testImages === null) !== (split === null), {
    error: 'give either `split`, or `testImages` and `testLabels`',
  })
  .refine(({ split, validation }) => split === null || validation === 0, {
    error: '`validation` is for the official layout; in `split` it is the second of three numbers',
  });

export default definePlugin({
  kind: 'dataset',
  name: 'mnist',
  summary: 'IDX files of images and labels: MNIST, Fashion-MNIST, KMNIST, EMNIST.',
  framework: '^0.1.0',
  schema,
  create: async (options, context) => mnist(await readMnist(options, context), options),
  inspect: async (options, context) => void (await readMnist(options, context)),
});
