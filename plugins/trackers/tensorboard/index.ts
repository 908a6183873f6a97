import { definePlugin } from 'ablate-ml';
import { options } from './options.ts';
import { tensorboard } from './tensorboard.ts';

export default definePlugin({
  kind: 'tracker',
  name: 'tensorboard',
  summary: 'Writes an event file for TensorBoard: scalars, hyperparameters, figures, embeddings for the projector.',
  framework: '^0.1.0',
  schema: options,
  create: tensorboard,
});
