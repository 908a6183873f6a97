import { definePlugin } from 'ablate-ml';
import { options, retrievalGallery } from './retrieval-gallery.ts';

export default definePlugin({
  kind: 'figure',
  name: 'retrieval-gallery',
  summary: 'Probes with the first images that retrieval finds for them, right or wrong.',
  framework: '^0.1.0',
  schema: options,
  create: (options, context) => retrievalGallery(options, context),
});
