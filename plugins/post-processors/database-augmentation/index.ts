import { definePlugin } from 'ablate-ml';
import { databaseAugmentation, options } from './database-augmentation.ts';

export default definePlugin({
  kind: 'post-processor',
  name: 'database-augmentation',
  summary: 'Adds to each row of the gallery its nearest other rows.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => databaseAugmentation(options),
});
