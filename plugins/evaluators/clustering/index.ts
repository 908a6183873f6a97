import { definePlugin, z } from 'ablate-ml';
import { answer } from './answer.ts';
import { clustering } from './clustering.ts';

const schema = z.strictObject({
  distance: z
    .enum(['cosine', 'euclidean'])
    .default('cosine')
    .describe('`cosine` clusters unit vectors, `euclidean` the embeddings as they are'),
  miniBatch: z
    .strictObject({ size: z.number().int().min(1).default(1024), rounds: z.number().int().min(1).default(100) })
    .nullable()
    .default(null)
    .describe(
      '`{size, rounds}`: k-means in so many mini-batches of so many rows, for more rows and clusters than can be gone through again and again; null for all rows in every round',
    ),
  restarts: z
    .number()
    .int()
    .min(1)
    .default(5)
    .describe('runs of k-means from other seeds; the one with the smallest inertia counts'),
});

export default definePlugin({
  kind: 'evaluator',
  name: 'clustering',
  summary: 'NMI and AMI between the classes and the clusters that k-means finds.',
  framework: '^0.1.0',
  schema,
  roles: () => ['test', 'validation', 'probe'],
  answer,
  metrics: {
    NMI: { better: 'higher', range: [0, 1] },
    // Adjusted for chance, it is below zero where the agreement is worse than that.
    AMI: { better: 'higher', range: [-1, 1] },
  },
  create: (options, context) => clustering(options, context),
});
