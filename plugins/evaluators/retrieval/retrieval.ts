import { z, type BaseContext, type Evaluation, type EvaluationInput, type Evaluator } from 'ablate-ml';
import {
  afterOption,
  approximateIndexSchema,
  bootstrap,
  galleryOf,
  joinRows,
  labeledRows,
  weightedMeans,
  type Labeled,
} from 'ablate-ml/metrics';
import { exclusionOf, rankingValues } from './ranking-values.ts';
import { joinedSets, labelSetsOf, sharedLabels, type LabelSets } from './shared-labels.ts';

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
    relevant: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .describe(
        'column of any number of labels: what shares one with a query is relevant to it, the more the more it shares; null for what is of its class',
      ),
    gain: z
      .enum(['linear', 'exponential'])
      .default('linear')
      .describe('gain of NDCG by the number of shared labels n: n, or 2ⁿ − 1'),
    index: approximateIndexSchema
      .nullable()
      .default(null)
      .describe(
        '`{connectivity, build, search, checked}`: neighbors from an approximate index (HNSW), whose recall is measured on `checked` queries; null for exact search',
      ),
    after: afterOption,
    bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
  })
  .refine(({ wholeRanking, index }) => !wholeRanking || index === null, {
    message:
      'wholeRanking ranks all references, of which an approximate index finds the nearest alone: leave one of them out',
    path: ['wholeRanking'],
  })
  .refine(({ macro, relevant }) => !macro || relevant === null, {
    message:
      'macro averages over classes, which do not say what is relevant where `relevant` does: leave one of them out',
    path: ['macro'],
  });

/** Options of retrieval. */
export type RetrievalOptions = z.output<typeof options>;

interface Search {
  readonly queries: Labeled;
  readonly references: Labeled;
  readonly leaveOneOut: boolean;
  /** Labels of both, where these say what is relevant. */
  readonly sets?: readonly [queries: LabelSets, references: LabelSets];
}

async function searchOf(
  input: EvaluationInput,
  { protocol, exclude, relevant }: RetrievalOptions,
): Promise<Search | undefined> {
  const split = protocol === 'gallery' ? undefined : await input.split(input.role);
  if (split) {
    const rows = labeledRows(split, exclude?.same);
    const sets = relevant === null ? undefined : labelSetsOf(split, relevant);
    return { queries: rows, references: rows, leaveOneOut: true, ...(sets && { sets: [sets, sets] }) };
  }
  if (protocol === 'leave-one-out') return undefined;
  if (relevant !== null) return searchByLabels(input, relevant, exclude?.same);
  const found = await galleryOf(input, undefined, exclude?.same);
  return found && { queries: found.probes, references: joinRows(found.gallery, found.distractors), leaveOneOut: false };
}

/** Probes among gallery and distractors, in the order of their rows: classes do not matter. */
async function searchByLabels(input: EvaluationInput, relevant: string, column?: string): Promise<Search | undefined> {
  const [probe, gallery, distractors] = [
    await input.split('probe'),
    await input.split('gallery'),
    await input.split('distractors'),
  ];
  if (!probe || !gallery) return undefined;
  const [own, others] = [labelSetsOf(probe, relevant), labelSetsOf(gallery, relevant)];
  const [queries, references] = [labeledRows(probe, column), labeledRows(gallery, column)];
  if (!distractors) return { queries, references, leaveOneOut: false, sets: [own, others] };
  return {
    queries,
    references: joinRows(references, labeledRows(distractors, column)),
    leaveOneOut: false,
    sets: [own, joinedSets(others, labelSetsOf(distractors, relevant))],
  };
}

function relevanceOf({ queries, references, leaveOneOut, sets }: Search, options: RetrievalOptions) {
  if (!sets) return undefined;
  const excluded = options.exclude && exclusionOf(queries, references, options.exclude.of, leaveOneOut);
  const isLeftOut = (query: number, reference: number): boolean =>
    (leaveOneOut && query === reference) || (excluded?.has(query, reference) ?? false);
  return sharedLabels(...sets, options.gain, isLeftOut);
}

const macroMeans = (means: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(means).map(([name, mean]) => [`macro-${name}`, mean]));

/** Divides the weights of queries among those of each class, so that a mean of them is one over the classes. */
export function byClass(labels: Int32Array, weights: Float64Array): Float64Array {
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return weights.map((weight, query) => weight / sizes.get(labels[query]!)!);
}

/** Measures recall@K, precision@K, R-precision, MAP@R and other measures of images searched by images. */
export function retrieval(options: RetrievalOptions, { streams }: BaseContext): Evaluator {
  return {
    async evaluate(input): Promise<Evaluation> {
      const search = await searchOf(input, options);
      if (!search) return { metrics: {} };
      const approximate = options.index && { options: options.index, random: streams.stream('index-recall') };
      const { queries, labels, values, indexRecall } = await rankingValues(search.queries, search.references, {
        ...options,
        exclude: options.exclude ?? undefined,
        leaveOneOut: search.leaveOneOut,
        relevance: relevanceOf(search, options),
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
        // Without classes each query is drawn by itself.
        intervals: bootstrap(search.sets ? queries : labels, { replicates: options.bootstrap, streams }, measure),
      };
    },
  };
}
