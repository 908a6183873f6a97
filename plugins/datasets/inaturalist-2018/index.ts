import { definePlugin } from 'ablate-ml';
import { imageDataset, inspectImages } from 'ablate-ml/data';
import { inaturalist2018, options } from './inaturalist-2018.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'inaturalist-2018',
  summary: 'iNaturalist 2018 as published: species and their super-classes.',
  framework: '^0.1.0',
  schema: options,
  columns: () => ({ superclass: 'label' }),
  create: async (options, context) => imageDataset(await inaturalist2018(options, context), context),
  inspect: async (options, context) => inspectImages(await inaturalist2018(options, context), context),
});
