import { definePlugin } from 'ablate-ml';
import { mnist, options, readMnist } from './mnist.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'mnist',
  summary: 'IDX files of images and labels: MNIST, Fashion-MNIST, KMNIST, EMNIST.',
  framework: '^0.1.0',
  schema: options,
  create: async (options, context) => mnist(await readMnist(options, context), options),
  inspect: async (options, context) => void (await readMnist(options, context)),
});
