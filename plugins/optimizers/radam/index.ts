import { definePlugin } from 'ablate-ml';
import { options, radam } from './radam.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'radam',
  summary: 'RAdam: Adam whose first steps are rectified, in place of a warm-up.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => radam(options),
});
