import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { googleLandmarksV2, options } from './google-landmarks-v2.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'google-landmarks-v2',
  summary: 'Google Landmarks v2 as published: clean or raw training, recognition and retrieval.',
  framework: '^0.1.0',
  schema: options,
  columns: () => ({ landmarks: 'labels', relevant: 'labels', usage: 'label' }),
  create: async (options, context) => imageDataset(await googleLandmarksV2(options, context), context),
  inspect: async (options, context) => inspectImages(await googleLandmarksV2(options, context), context),
});
