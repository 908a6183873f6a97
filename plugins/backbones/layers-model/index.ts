import { definePlugin } from 'ablate-ml';
import { layersModel, options } from './layers-model.ts';
import { inspectModel, weightFilesOf } from './model-files.ts';

export default definePlugin({
  kind: 'backbone',
  name: 'layers-model',
  summary: 'Any TensorFlow.js or converted Keras layers model as a trunk, frozen or fine-tuned.',
  framework: '^0.1.0',
  schema: options,
  files: async ({ model }, from) => ({ model: await weightFilesOf(model, from) }),
  dim: ({ embedding }) => embedding,
  create: (options, context) => layersModel(options, context),
  inspect: ({ model }, context) => inspectModel(model, context),
});
