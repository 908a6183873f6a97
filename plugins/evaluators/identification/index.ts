import { definePlugin } from 'ablate-ml';
import { afterParts, postProcessed, requireApproximateIndex } from 'ablate-ml/metrics';
import { answer } from './answer.ts';
import { identification, options } from './identification.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'identification',
  summary: 'Who is it? Rank-K among a gallery and distractors, the CMC, and DIR at FAR.',
  framework: '^0.1.0',
  schema: options,
  columns: ({ group }) => (group === null ? {} : { [group]: 'label' as const }),
  parts: afterParts,
  roles: () => ['probe', 'test', 'validation'],
  answer,
  metrics: {
    'rank-*': { better: 'higher', range: [0, 1] },
    'DIR@FAR=*': { better: 'higher', range: [0, 1] },
    'worst-group-DIR@FAR=*': { better: 'higher', range: [0, 1] },
    'identification-index-recall@*': { better: 'neither', range: [0, 1] },
    'identification-distractors': { better: 'neither', range: [0, Infinity] },
  },
  async create(options, context) {
    // What is missing is told before training, not after.
    if (options.index) await requireApproximateIndex();
    return postProcessed(identification(options, context), options.after, context);
  },
});
