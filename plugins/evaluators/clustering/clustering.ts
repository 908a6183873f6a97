import {
  canonicalOrder,
  finiteNorms,
  rowsAt,
  unitRows,
  type BaseContext,
  type DistanceMeasure,
  type Evaluation,
  type Evaluator,
} from 'ablate-ml';
import { kMeans, type Clusters } from './k-means.ts';
import { miniBatchKMeans, type MiniBatchOptions } from './mini-batch-k-means.ts';
import { agreement } from './mutual-information.ts';

/** Options of clustering. */
export interface ClusteringOptions {
  readonly distance: DistanceMeasure;
  readonly miniBatch: MiniBatchOptions | null;
  readonly restarts: number;
}

/**
 * NMI and AMI between the classes and the clusters that k-means finds, as many as there are classes; of the probes
 * where there is no split but a gallery.
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
      return { metrics: { NMI: nmi, AMI: ami } };
    },
  };
}
