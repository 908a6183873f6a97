import { definePlugin } from 'ablate-ml';
import { features, inspectFeatures, options } from './features.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'features',
  summary: 'Embeddings in a file, as `ablate embed` writes them, in the place of images: training on frozen features.',
  framework: '^0.1.0',
  schema: options,
  create: features,
  inspect: inspectFeatures,
});
