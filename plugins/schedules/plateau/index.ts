import { definePlugin } from 'ablate-ml';
import { options, plateau } from './plateau.ts';

export default definePlugin({
  kind: 'schedule',
  name: 'plateau',
  summary: 'The learning rate falls where validation does not get better any more.',
  framework: '^0.1.0',
  schema: options,
  watches: ({ metric, mode }) => [{ metric, mode }],
  create: (options) => plateau(options),
});
