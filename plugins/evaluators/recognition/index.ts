import { definePlugin } from 'ablate-ml';
import { afterParts, postProcessed } from 'ablate-ml/metrics';
import { options, recognition } from './recognition.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'recognition',
  summary: 'One prediction and confidence for queries that may show none of the classes: GAP and DIR at FAR.',
  framework: '^0.1.0',
  schema: options,
  columns: ({ group }) => (group === null ? {} : { [group]: 'label' as const }),
  parts: afterParts,
  roles: () => ['probe', 'test', 'validation'],
  metrics: {
    GAP: { better: 'higher', range: [0, 1] },
    'recognition-DIR@FAR=*': { better: 'higher', range: [0, 1] },
    'worst-group-recognition-DIR@FAR=*': { better: 'higher', range: [0, 1] },
    'recognition-accuracy': { better: 'higher', range: [0, 1] },
    'recognition-threshold': { better: 'neither', range: [-Infinity, Infinity] },
  },
  create: (options, context) => postProcessed(recognition(options, context), options.after, context),
});
