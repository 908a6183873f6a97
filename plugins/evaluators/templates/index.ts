import { definePlugin } from 'ablate-ml';
import { answer } from './answer.ts';
import { options, templates } from './templates.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'templates',
  summary: 'People by templates of several images, as IJB-B and IJB-C: TAR at FAR (1:1), TPIR at FPIR (1:N).',
  framework: '^0.1.0',
  schema: options,
  columns: ({ template, media, weight, list }) => ({
    [template]: 'label' as const,
    [media]: 'label' as const,
    ...(weight !== null && { [weight]: 'number' as const }),
    ...(list !== null && { [list]: 'label' as const }),
  }),
  roles: () => ['test', 'probe', 'pairs'],
  answer,
  metrics: {
    'template-TAR@FAR=*': { better: 'higher', range: [0, 1] },
    'TPIR@FPIR=*': { better: 'higher', range: [0, 1] },
    'template-rank-1': { better: 'higher', range: [0, 1] },
  },
  create: (options, context) => templates(options, context),
});
