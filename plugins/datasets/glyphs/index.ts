import { definePlugin } from 'ablate-ml';
import { glyphs, options } from './glyphs.ts';

export default definePlugin({
  kind: 'dataset',
  name: 'glyphs',
  summary: 'Invented handwritten characters, drawn on the spot: nothing to download.',
  framework: '^0.1.0',
  schema: options,
  create: (options) => glyphs(options),
});
