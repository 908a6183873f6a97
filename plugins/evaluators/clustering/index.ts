import { definePlugin } from 'ablate-ml';
import { answer } from './answer.ts';
import { clustering, options } from './clustering.ts';

export default definePlugin({
  kind: 'evaluator',
  name: 'clustering',
  summary: 'NMI, AMI and purity between the classes and the clusters that k-means finds.',
  framework: '^0.1.0',
  schema: options,
  roles: () => ['test', 'validation', 'probe'],
  answer,
  metrics: {
    NMI: { better: 'higher', range: [0, 1] },
    purity: { better: 'higher', range: [0, 1] },
    // Adjusted for chance, it is below zero where the agreement is worse than that.
    AMI: { better: 'higher', range: [-1, 1] },
  },
  create: (options, context) => clustering(options, context),
});
