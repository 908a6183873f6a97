import { z, type BaseContext, type Evaluation, type EvaluationInput, type Evaluator } from 'ablate-ml';
import {
  approximateIndexSchema,
  bootstrap,
  galleryOf,
  joinRows,
  labeledRows,
  weightedMeans,
  type Labeled,
} from 'ablate-ml/metrics';
import { rankingValues } from './ranking-values.ts';

const ranks = z.array(z.number().int().min(1));

export const options = z
  .strictObject({
    distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
    protocol: z
      .enum(['auto', 'leave-one-out', 'gallery'])
      .default('auto')
      .describe(
        '`leave-one-out`: each image of the split is searched among all others; `gallery`: probes among gallery and distractors; `auto`: the first where there is such a split',
      ),
    recallAt: ranks.min(1).default([1, 2, 4, 8]).describe('K of Recall@K'),
    mapAt: ranks.default([]).describe('K of MAP@K'),
    precisionAt: ranks.default([]).describe('K of precision@K, beside precision@1'),
    ndcgAt: ranks.default([]).describe('K of NDCG@K'),
    wholeRanking: z
      .boolean()
      .default(false)
      .describe('MAP, MRR, mINP and NDCG too, for which all references are ranked'),
    macro: z
      .boolean()
      .default(false)
      .describe('averages over classes too, each counted once however many queries it has: `macro-MAP@R`'),
    exclude: z
      .strictObject({ same: z.string().min(1), of: z.enum(['class', 'any']).default('class') })
      .nullable()
      .default(null)
      .describe(
        "`{same: COLUMN}`: images that share the query's label in that column, such as its camera, are left out of its ranking; `of: class` those of its own class alone, as in re-identification, `of: any` all of them",
      ),
    index: approximateIndexSchema
      .nullable()
      .default(null)
      .describe(
        '`{connectivity, build, search, checked}`: neighbors from an approximate index (HNSW), whose recall is measured on `checked` queries; null for exact search',
      ),
    bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
  })
  .refine(({ wholeRanking, index }) => !wholeRanking || index === null, {
    message:
      'wholeRanking ranks all references, of which an approximate index finds the nearest alone: leave one of them out',
    path: ['wholeRanking'],
  });

/** Options of retrieval. */
export type RetrievalOptions = z.output<typeof options>;

interface Search {
  readonly queries: Labeled;
  readonly references: Labeled;
  readonly leaveOneOut: boolean;
}

async function searchOf(input: EvaluationInput, { protocol, exclude }: RetrievalOptions): Promise<Search | undefined> {
  const split = protocol === 'gallery' ? undefined : await input.split(input.role);
  if (split) {
    const rows = labeledRows(split, exclude?.same);
    return { queries: rows, references: rows, leaveOneOut: true };
  }
  const found = protocol === 'leave-one-out' ? undefined : await galleryOf(input, undefined, exclude?.same);
  return found && { queries: found.probes, references: joinRows(found.gallery, found.distractors), leaveOneOut: false };
}

const macroMeans = (means: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(means).map(([name, mean]) => [`macro-${name}`, mean]));

/** Divides the weights of queries among those of each class, so that a mean of them is one over the classes. */
export function byClass(labels: Int32Array, weights: Float64Array): Float64Array {
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return weights.map((weight, query) => weight / sizes.get(labels[query]!)!);
}

/** Recall@K, precision@K, R-precision, MAP@R and other measures of images searched by images. */
export function retrieval(options: RetrievalOptions, { streams }: BaseContext): Evaluator {
  return {
    async evaluate(input): Promise<Evaluation> {
      const search = await searchOf(input, options);
      if (!search) return { metrics: {} };
      const approximate = options.index && { options: options.index, random: streams.stream('index-recall') };
      const { labels, values, indexRecall } = await rankingValues(search.queries, search.references, {
        ...options,
        exclude: options.exclude ?? undefined,
        leaveOneOut: search.leaveOneOut,
        ...(approximate && { approximate }),
      });
      if (labels.length === 0) return { metrics: {} };
      const measure = (weights: Float64Array): Record<string, number> => ({
        ...weightedMeans(values, weights),
        ...(options.macro && macroMeans(weightedMeans(values, byClass(labels, weights)))),
      });
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
