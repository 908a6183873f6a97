import { z, type BaseContext, type Evaluation, type Evaluator } from 'ablate-ml';
import { canonicalOrder, finiteNorms, rowsAt, unitRows } from 'ablate-ml/metrics';
import { kMeans, type Clusters } from './k-means.ts';
import { miniBatchKMeans } from './mini-batch-k-means.ts';
import { agreement, purity } from './mutual-information.ts';

export const options = z.strictObject({
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

/** Options of clustering. */
export type ClusteringOptions = z.output<typeof options>;

/**
 * Measures NMI, AMI and purity between the classes and the clusters that k-means finds, as many as there are classes;
 * of the probes where there is no split but a gallery.
 */
export function clustering(options: ClusteringOptions, { streams }: BaseContext): Evaluator {
  return {
    async evaluate(input): Promise<Evaluation> {
      const split = (await input.split(input.role)) ?? (await input.split('probe'));
      if (!split) return { metrics: {} };
      const { values, labels, dim } = rowsAt(
        split,
        canonicalOrder(split).filter((row) => split.labels[row]! >= 0),
      );
      const classes = new Set(labels).size;
      if (classes < 2) return { metrics: {} };
      finiteNorms({ values, dim }, 'embedding');
      const rows = options.distance === 'cosine' ? unitRows(values, dim) : values;
      let best: Clusters | undefined;
      for (let restart = 0; restart < options.restarts; restart++) {
        const random = streams.stream('k-means', restart);
        const found = await (options.miniBatch
          ? miniBatchKMeans(rows, dim, classes, options.miniBatch, random)
          : kMeans(rows, dim, classes, random));
        if (!best || found.inertia < best.inertia) best = found;
      }
      const { nmi, ami } = agreement(labels, best!.assignment);
      return { metrics: { NMI: nmi, AMI: ami, purity: purity(best!.assignment, labels) } };
    },
  };
}
