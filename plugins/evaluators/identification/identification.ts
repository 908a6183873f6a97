import { RandomStreams, z, type BaseContext, type Curve, type Evaluation, type Evaluator } from 'ablate-ml';
import {
  afterOption,
  ApproximateIndex,
  approximateIndexSchema,
  bootstrap,
  enrolledClasses,
  farName,
  galleryOf,
  groupMetrics,
  groupNames,
  joinRows,
  openSetAnswers,
  OpenSetRates,
  operatingPointsOf,
  pointValues,
  shuffledRows,
  weightedMeans,
  type Gallery,
} from 'ablate-ml/metrics';
import { indexedRanks, type IndexedSearch } from './indexed-ranks.ts';
import { mateRanks } from './mate-ranks.ts';

export const options = z.strictObject({
  distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
  ranks: z.array(z.number().int().min(1)).min(1).default([1, 5, 10]).describe('K of rank-K'),
  distractorCounts: z
    .array(z.number().int().min(1))
    .default([10, 100, 1000, 10_000, 100_000, 1_000_000])
    .describe('numbers of distractors at which rank-1 is reported too, as far as there are so many'),
  distractorSeed: z
    .number()
    .int()
    .default(0)
    .describe("seed of the distractors' order, apart from the run's seed, so that runs meet the same ones"),
  enrolled: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe(
      'share of the classes in the gallery where the data set has none of its own, drawn by `distractorSeed`; images of the others are distractors',
    ),
  falseAlarmRates: z
    .array(z.number().positive().lt(1))
    .default([0.1, 0.01, 0.001])
    .describe('rates FAR at which DIR is reported, where probes without a mate exist'),
  group: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("column of labels by which DIR is broken down, each probe in its own label's group"),
  index: approximateIndexSchema
    .nullable()
    .default(null)
    .describe(
      '`{connectivity, build, search, checked}`: ranks in the list that an approximate index (HNSW) gives, whose recall is measured on `checked` probes; null for exact ranks',
    ),
  after: afterOption,
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

/** Options of identification. */
export type IdentificationOptions = z.output<typeof options>;

/** What one of the two protocols found. */
type Found = Required<Omit<Evaluation, 'notes' | 'operatingPoints'>> & Pick<Evaluation, 'operatingPoints'>;

/** Longest cumulative match curve that is drawn. */
const drawnRanks = 100;

function matchCurve(ranks: Int32Array, longest = drawnRanks): Curve {
  const x = Array.from(
    {
      length: Math.min(
        longest,
        ranks.reduce((most, rank) => Math.max(most, rank), 1),
      ),
    },
    (_, index) => index + 1,
  );
  return {
    x,
    y: x.map((k) => ranks.filter((rank) => rank <= k).length / ranks.length),
    xLabel: 'rank',
    yLabel: 'identification rate',
  };
}

const share = (ranks: Int32Array, k: number): Float64Array => Float64Array.from(ranks, (rank) => Number(rank <= k));

/** Answers who it is: ranks in a gallery with distractors, closed-set (CMC) and open-set (DIR at FAR). */
export function identification(options: IdentificationOptions, { streams }: BaseContext): Evaluator {
  const replicates = { replicates: options.bootstrap, streams };
  const closedSet = async (gallery: Gallery, search?: IndexedSearch): Promise<Found> => {
    const all = gallery.distractors.labels.length;
    const steps = options.distractorCounts.filter((number) => number < all).sort((a, b) => a - b);
    const numbers = [...new Set([0, ...steps, all])];
    const { labels, ranks } = await (search
      ? indexedRanks(gallery, options.distance, numbers, search)
      : mateRanks(gallery, options.distance, numbers));
    if (labels.length === 0) return { metrics: {}, intervals: {}, curves: {} };
    const values = {
      ...Object.fromEntries(options.ranks.map((k) => [`rank-${k}`, share(ranks.at(-1)!, k)])),
      ...Object.fromEntries(
        steps.map((number) => [`rank-1@distractors=${number}`, share(ranks[numbers.indexOf(number)]!, 1)]),
      ),
    };
    const measure = (weights: Float64Array): Record<string, number> => weightedMeans(values, weights);
    const rankOne = ranks.map((list) => list.filter((rank) => rank === 1).length / list.length);
    return {
      metrics: { ...measure(new Float64Array(labels.length).fill(1)), 'identification-distractors': all },
      intervals: bootstrap(labels, replicates, measure),
      curves: {
        cmc: matchCurve(ranks.at(-1)!, search?.depth),
        ...(all > 0 && {
          'rank-1-by-distractors': {
            x: numbers,
            y: rankOne,
            xLabel: 'distractors',
            yLabel: 'rank-1 identification rate',
          },
        }),
      },
    };
  };
  const openSet = async (
    gallery: Gallery,
    names: readonly string[] | undefined,
    search?: IndexedSearch,
  ): Promise<Found> => {
    const enrolled = enrolledClasses(gallery);
    if (gallery.probes.labels.every((label) => enrolled.has(label))) return { metrics: {}, intervals: {}, curves: {} };
    const answers = await openSetAnswers(gallery, options.distance, search?.index.neighbors({ count: 1 }));
    if (!answers.mated.includes(0) || !answers.mated.includes(1)) return { metrics: {}, intervals: {}, curves: {} };
    const rates = new OpenSetRates(answers);
    const question = {
      rates,
      targets: options.falseAlarmRates,
      metric: 'DIR',
      groups: names && { values: gallery.probes.groups!, names },
    };
    const measure = (weights?: Float64Array): Record<string, number> => {
      const found = rates.at(options.falseAlarmRates, weights);
      return {
        ...Object.fromEntries(options.falseAlarmRates.map((rate, index) => [`DIR@${farName(rate)}`, found[index]!])),
        ...groupMetrics(question, weights),
      };
    };
    const { points, intervals } = operatingPointsOf(
      question,
      bootstrap(gallery.probes.labels, replicates, (weights) => ({
        ...measure(weights),
        ...pointValues(question, weights),
      })),
    );
    const det = rates.errorTradeOff();
    return {
      metrics: measure(),
      intervals,
      curves: det ? { det } : {},
      operatingPoints: { identification: { score: options.distance, points } },
    };
  };
  const recallOf = async ({ index, depth }: IndexedSearch): Promise<Record<string, number>> => ({
    [`identification-index-recall@${depth}`]: await index.recall({ count: depth }, streams.stream('index-recall')),
  });
  return {
    async evaluate(input): Promise<Evaluation> {
      const found = await galleryOf(
        input,
        { share: options.enrolled, seed: options.distractorSeed },
        options.group ?? undefined,
      );
      if (!found) return { metrics: {} };
      const gallery = {
        ...found,
        distractors: shuffledRows(found.distractors, new RandomStreams(options.distractorSeed).stream('distractors')),
      };
      const search = options.index &&
        found.probes.labels.length > 0 && {
          depth: Math.max(...options.ranks),
          index: await ApproximateIndex.of(
            gallery.probes,
            joinRows(gallery.gallery, gallery.distractors),
            options.distance,
            options.index,
            0,
          ),
        };
      const [closed, open] = [
        await closedSet(gallery, search || undefined),
        await openSet(gallery, await groupNames(input, options.group), search || undefined),
      ];
      return {
        metrics: { ...closed.metrics, ...open.metrics, ...(search && (await recallOf(search))) },
        intervals: { ...closed.intervals, ...open.intervals },
        curves: { ...closed.curves, ...open.curves },
        ...(open.operatingPoints && { operatingPoints: open.operatingPoints }),
      };
    },
  };
}
