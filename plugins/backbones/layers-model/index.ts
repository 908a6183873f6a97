import { dataFile, definePlugin, z } from 'ablate-ml';
import { layersModel } from './layers-model.ts';
import { inspectModel, weightFilesOf } from './model-files.ts';

const schema = z.strictObject({
  model: dataFile.describe(
    "path of the model.json, from the spec file's folder, or its address with the SHA-256 of it and its weight files, one after the other",
  ),
  layer: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("layer whose output is used; null for the model's own output"),
  fineTune: z
    .boolean()
    .default(false)
    .describe("whether the model's weights are trained on; if not they stay as they are"),
  rateMultiple: z
    .number()
    .positive()
    .default(1)
    .describe("factor of the learning rate for the model's weights when they are fine-tuned"),
  inputRange: z
    .tuple([z.number(), z.number()])
    .default([-1, 1])
    .refine(([low, high]) => low < high, { error: 'the first number must be below the second' })
    .describe('range of the pixels that the model was made for: black and white'),
  embedding: z
    .number()
    .int()
    .min(1)
    .default(128)
    .describe('columns of the embedding, a new fully connected layer behind the model'),
});

export default definePlugin({
  kind: 'backbone',
  name: 'layers-model',
  summary: 'Any TensorFlow.js or converted Keras layers model as a trunk, frozen or fine-tuned.',
  framework: '^0.1.0',
  schema,
  files: async ({ model }, from) => ({ model: await weightFilesOf(model, from) }),
  dim: ({ embedding }) => embedding,
  create: (options, context) => layersModel(options, context),
  inspect: ({ model }, context) => inspectModel(model, context),
});
