import { z } from 'ablate-ml';
import { weightedMeans, type Labeled } from 'ablate-ml/metrics';
import { rankingValues } from './ranking-values.ts';
import { byClass } from './retrieval.ts';

const matrix = z.array(z.array(z.number()));
const labels = z.array(z.number().int());
const retrievalCase = z.object({
  embedding: matrix,
  labels,
  distance: z.enum(['euclidean', 'cosine']),
  referenceEmbedding: matrix.optional(),
  referenceLabels: labels.optional(),
  groups: labels.optional(),
  referenceGroups: labels.optional(),
  exclude: z.enum(['same-group', 'same-label-and-group']).optional(),
});

const rows = (embedding: number[][], classes: number[], groups?: number[]): Labeled => ({
  values: Float32Array.from(embedding.flat()),
  dim: embedding[0]!.length,
  labels: Int32Array.from(classes),
  ...(groups && { groups: Int32Array.from(groups) }),
});
const [recallAt, precisionAt, ndcgAt] = [
  [1, 2, 4, 8],
  [1, 5, 10],
  [5, 10],
];
/** Measures that reference cases ask for by class too, and by the name that they have there. */
const named = {
  precisionAt1: 'precision@1',
  rPrecision: 'R-precision',
  mapAtR: 'MAP@R',
  map: 'MAP',
  mrr: 'MRR',
  minp: 'mINP',
} as const;

/** Answers a reference case: embeddings with labels, optionally held against references of their own. */
export async function answer(input: unknown): Promise<Record<string, unknown>> {
  const { embedding, labels: classes, distance, groups, exclude, ...given } = retrievalCase.parse(input);
  const queries = rows(embedding, classes, groups);
  const { referenceEmbedding, referenceLabels, referenceGroups } = given;
  const references =
    referenceEmbedding && referenceLabels ? rows(referenceEmbedding, referenceLabels, referenceGroups) : queries;
  const { labels: asked, values } = await rankingValues(queries, references, {
    distance,
    leaveOneOut: references === queries,
    recallAt,
    mapAt: [],
    precisionAt,
    ndcgAt,
    wholeRanking: true,
    exclude: exclude && { of: exclude === 'same-group' ? 'any' : 'class' },
  });
  const every = new Float64Array(asked.length).fill(1);
  const means = weightedMeans(values, every);
  const at = (name: string, ranks: readonly number[]): Record<string, number> =>
    Object.fromEntries(ranks.map((k) => [k, means[`${name}@${k}`]!]));
  const renamed = (found: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(named).map(([name, metric]) => [name, found[metric]!]));
  const ofClass = (label: number): Float64Array => every.map((_, query) => Number(asked[query] === label));
  const { precisionAt1: _, ...whole } = renamed(means);
  return {
    ...whole,
    recallAt: at('Recall', recallAt),
    precisionAt: at('precision', precisionAt),
    ndcgAt: at('NDCG', ndcgAt),
    ndcg: means['NDCG'],
    queries: asked.length,
    macro: renamed(weightedMeans(values, byClass(asked, every))),
    perClass: Object.fromEntries(
      [...new Set(asked)].map((label) => [
        label,
        { queries: asked.filter((one) => one === label).length, ...renamed(weightedMeans(values, ofClass(label))) },
      ]),
    ),
  };
}
