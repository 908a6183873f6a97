import { definePlugin } from 'ablate-ml';
import { megaface, options } from './megaface.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'megaface',
  summary:
    "The MegaFace challenge: rank-1 among up to a million distractors and TAR at FAR, from a run or from the devkit's files.",
  framework: '^0.1.0',
  schema: options,
  roles: ({ features }) => (features ? [] : ['probe']),
  metrics: {
    'megaface-*/rank-1@distractors=*': { better: 'higher', range: [0, 1] },
    'megaface-*/TAR@FAR=*': { better: 'higher', range: [0, 1] },
  },
  create: (options, context) => megaface(options, context),
});
