import { definePlugin } from 'ablate-ml';
import { lookahead, options } from './lookahead.ts';

export default definePlugin({
  kind: 'optimizer',
  name: 'lookahead',
  summary: 'Lookahead around another optimizer: every k steps the weights go back part of the way.',
  framework: '^0.1.0',
  schema: options,
  inner: ({ around }) => [around],
  create: (options, context) => lookahead(options, context),
});
