import { z } from 'ablate-ml';
import { weightedMeans, type Labeled } from 'ablate-ml/metrics';
import { rankingValues, type Relevance } from './ranking-values.ts';
import { byClass } from './retrieval.ts';
import { gainOf, sharedLabels, type Gain, type LabelSets } from './shared-labels.ts';

const matrix = z.array(z.array(z.number()));
const labels = z.array(z.number().int());
const retrievalCase = z.object({
  embedding: matrix,
  labels: labels.optional(),
  labelSets: z.array(labels).optional(),
  referenceLabelSets: z.array(labels).optional(),
  relevance: matrix.optional(),
  gain: z.enum(['linear', 'exponential']).default('linear'),
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

const reidentificationCase = z.object({
  queryEmbedding: matrix,
  queryLabels: labels,
  queryCameras: labels,
  galleryEmbedding: matrix,
  galleryLabels: labels,
  galleryCameras: labels,
  distance: z.enum(['euclidean', 'cosine']),
});

/** Answers a reference case: retrieval, or re-identification by cameras. */
export async function answer(input: unknown): Promise<Record<string, unknown>> {
  const cameras = reidentificationCase.safeParse(input);
  return cameras.success ? reidentification(cameras.data) : ranking(retrievalCase.parse(input));
}

/** Queries among a gallery whose junk (label −1) is left out. */
async function reidentification(given: z.output<typeof reidentificationCase>): Promise<Record<string, unknown>> {
  const { queryEmbedding, queryLabels, queryCameras, galleryEmbedding, galleryLabels, galleryCameras, distance } =
    given;
  const kept = [...galleryLabels.keys()].filter((row) => galleryLabels[row]! >= 0);
  const at = <T>(values: readonly T[]): T[] => kept.map((row) => values[row]!);
  const { queries, values } = await rankingValues(
    rows(queryEmbedding, queryLabels, queryCameras),
    rows(at(galleryEmbedding), at(galleryLabels), at(galleryCameras)),
    { distance, leaveOneOut: false, recallAt: [1, 5, 10], mapAt: [], wholeRanking: true, exclude: { of: 'class' } },
  );
  const means = weightedMeans(values, new Float64Array(queries.length).fill(1));
  const precisions = new Map(Array.from(queries, (query, index) => [query, values['MAP']![index]!]));
  return {
    cmc: Object.fromEntries([1, 5, 10].map((k) => [k, means[`Recall@${k}`]])),
    map: means['MAP'],
    mapTrapezoid: means['MAP-trapezoid'],
    minp: means['mINP'],
    queries: queries.length,
    averagePrecision: queryLabels.map((_, query) => precisions.get(query) ?? null),
  };
}

const setsOf = (lists: readonly (readonly number[])[]): LabelSets => {
  let end = 0;
  return { values: Int32Array.from(lists.flat()), ends: Uint32Array.from(lists, ({ length }) => (end += length)) };
};

/** What a case of several labels, or of graded relevance, calls relevant. */
function relevanceIn(
  given: Pick<z.output<typeof retrievalCase>, 'labelSets' | 'referenceLabelSets' | 'relevance'>,
  gain: Gain,
  leaveOneOut: boolean,
): Relevance | undefined {
  const { labelSets, relevance } = given;
  if (labelSets)
    return sharedLabels(
      setsOf(labelSets),
      setsOf(given.referenceLabelSets ?? labelSets),
      gain,
      (query, reference) => leaveOneOut && query === reference,
    );
  if (!relevance) return undefined;
  return {
    gainsOf: (query) =>
      new Map(
        relevance[query]!.flatMap((grade, reference) =>
          grade > 0 && !(leaveOneOut && query === reference) ? [[reference, gainOf(grade, gain)] as const] : [],
        ),
      ),
  };
}

async function ranking(input: z.output<typeof retrievalCase>): Promise<Record<string, unknown>> {
  const { embedding, distance, groups, exclude, gain, ...given } = input;
  const none = (of: readonly unknown[]): number[] => of.map(() => -1);
  const queries = rows(embedding, given.labels ?? none(embedding), groups);
  const { referenceEmbedding, referenceGroups } = given;
  const references = referenceEmbedding
    ? rows(referenceEmbedding, given.referenceLabels ?? none(referenceEmbedding), referenceGroups)
    : queries;
  const leaveOneOut = references === queries;
  const { labels: asked, values } = await rankingValues(queries, references, {
    distance,
    leaveOneOut,
    relevance: relevanceIn(given, gain, leaveOneOut),
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
