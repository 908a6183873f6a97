import { definePlugin } from 'ablate-ml';
import { centerMovement, options } from './center-movement.ts';

export default definePlugin({
  kind: 'figure',
  name: 'center-movement',
  summary: 'How the centers of a loss move over training, as a picture with trails and as an animation.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => centerMovement(options),
});
