import { definePlugin } from 'ablate-ml';
import { afterParts, postProcessed } from 'ablate-ml/metrics';
import { answer } from './answer.ts';
import { options, verification } from './verification.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'verification',
  summary: 'Same class or not: accuracy by folds, AUC, EER, TAR at given FARs.',
  framework: '^0.1.0',
  schema: options,
  parts: afterParts,
  roles: () => ['pairs', 'test', 'validation', 'probe'],
  columns: ({ group, exclude }) => ({
    ...(group !== null && { [group]: 'label' as const }),
    ...(exclude && { [exclude.same]: 'label' as const }),
  }),
  answer,
  metrics: {
    'verification-accuracy': { better: 'higher', range: [0, 1] },
    'verification-accuracy-standard-error': { better: 'neither', range: [0, 1] },
    'verification-auc': { better: 'higher', range: [0, 1] },
    'verification-eer': { better: 'lower', range: [0, 1] },
    'TAR@FAR=*': { better: 'higher', range: [0, 1] },
    'worst-group-TAR@FAR=*': { better: 'higher', range: [0, 1] },
    'held-out-FAR@FAR=*': { better: 'neither', range: [0, 1] },
    'held-out-TAR@FAR=*': { better: 'higher', range: [0, 1] },
    'held-out-accuracy': { better: 'higher', range: [0, 1] },
    'calibration-error': { better: 'lower', range: [0, 1] },
  },
  create: (options, context) => postProcessed(verification(options, context), options.after, context, true),
});
