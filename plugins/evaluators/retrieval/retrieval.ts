import {
  bootstrap,
  galleryOf,
  joinRows,
  labeledRows,
  weightedMeans,
  type ApproximateIndexOptions,
  type BaseContext,
  type Evaluation,
  type EvaluationInput,
  type Evaluator,
  type Labeled,
} from 'ablate-ml';
import { rankingValues, type RankingOptions } from './ranking-values.ts';

/** Options of retrieval. */
export interface RetrievalOptions extends Omit<RankingOptions, 'leaveOneOut' | 'approximate'> {
  readonly index: ApproximateIndexOptions | null;
  readonly protocol: 'auto' | 'leave-one-out' | 'gallery';
  readonly bootstrap: number;
}

interface Search {
  readonly queries: Labeled;
  readonly references: Labeled;
  readonly leaveOneOut: boolean;
}

async function searchOf(input: EvaluationInput, protocol: RetrievalOptions['protocol']): Promise<Search | undefined> {
  const split = protocol === 'gallery' ? undefined : await input.split(input.role);
  if (split) {
    const rows = labeledRows(split);
    return { queries: rows, references: rows, leaveOneOut: true };
  }
  const found = protocol === 'leave-one-out' ? undefined : await galleryOf(input);
  return found && { queries: found.probes, references: joinRows(found.gallery, found.distractors), leaveOneOut: false };
}

/** Recall@K, precision@1, R-precision, MAP@R and MAP@K of images searched by images. */
export function retrieval(options: RetrievalOptions, { streams }: BaseContext): Evaluator {
  return {
    async evaluate(input): Promise<Evaluation> {
      const search = await searchOf(input, options.protocol);
      if (!search) return { metrics: {} };
      const approximate = options.index && { options: options.index, random: streams.stream('index-recall') };
      const { labels, values, indexRecall } = await rankingValues(search.queries, search.references, {
        ...options,
        leaveOneOut: search.leaveOneOut,
        ...(approximate && { approximate }),
      });
      if (labels.length === 0) return { metrics: {} };
      const measure = (weights: Float64Array): Record<string, number> => weightedMeans(values, weights);
      return {
        metrics: {
          ...measure(new Float64Array(labels.length).fill(1)),
          'retrieval-queries': labels.length,
          ...indexRecall,
        },
        intervals: bootstrap(labels, { replicates: options.bootstrap, streams }, measure),
      };
    },
  };
}
