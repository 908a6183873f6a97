import { RandomStreams, type EmbeddedSplit, type Evaluation, type EvaluationInput, type Role } from 'ablate-ml';
import { createCatalogue } from '../../../framework/plugins/load-catalogue.ts';

/** A test set drawn anew in each draw. */
export interface Population {
  readonly classes: number;
  /** Images of each class. */
  readonly images: number;
}

/** How often the 95 % interval of a metric holds the truth. */
export interface Coverage {
  readonly metric: string;
  /** Mean of the metric over all draws: what an interval should hold. */
  readonly truth: number;
  /** Share of the draws whose interval does. */
  readonly covered: number;
  /**
   * Mean width of the intervals over 3.92 standard deviations of the metric: 1 where they are as wide as they should
   * be.
   */
  readonly width: number;
}

const dim = 6;
const distractors = 60;

/** Embeddings of classes that are random: where each lies, and how far its images are spread. */
function drawnSplits({ classes, images }: Population, draw: number): readonly EmbeddedSplit[] {
  const random = new RandomStreams(draw, 'coverage/').stream('population');
  const centers = Array.from({ length: 2 * classes }, () => Array.from({ length: dim }, () => random.normal()));
  const spreads = centers.map(() => 0.55 * Math.exp(0.5 * random.normal()));
  const classNames = centers.map((_, label) => `class ${label}`);
  const splitOf = (role: Role, labels: readonly number[]): EmbeddedSplit => {
    const embeddings = Float32Array.from(
      labels.flatMap((label) => {
        const [center, spread] =
          label < 0 ? [Array.from({ length: dim }, () => random.normal()), 0.5] : [centers[label]!, spreads[label]!];
        return center.map((value) => value + spread * random.normal());
      }),
    );
    // A head that is wrong the oftener the wider a class is spread.
    const predictions = Int32Array.from(labels, (label) =>
      random.uniform() < Math.min(0.95, spreads[Math.max(0, label)]! / 2) ? (label + 1) % classes : label,
    );
    return { role, dim, embeddings, labels: Int32Array.from(labels), classNames, predictions };
  };
  const each = (first: number, count: number): number[] =>
    Array.from({ length: classes * count }, (_, row) => first + (row % classes));
  return [
    splitOf('test', each(0, images)),
    splitOf('gallery', each(0, 1)),
    splitOf('probe', [...each(0, images - 1), ...each(classes, 2)]),
    splitOf('distractors', Array<number>(distractors).fill(-1)),
  ];
}

function inputOf(splits: readonly EmbeddedSplit[]): EvaluationInput {
  const split = async (role: Role): Promise<EmbeddedSplit | undefined> => splits.find((one) => one.role === role);
  return { role: 'test', split, pairs: async () => undefined, centers: new Map(), trainingImages: 0, seed: 1 };
}

/** What is measured: the evaluators as they are, with the splits that they see. */
const measured: readonly { readonly plugin: string; readonly roles: readonly Role[]; readonly options: object }[] = [
  { plugin: 'accuracy', roles: ['test'], options: {} },
  { plugin: 'retrieval', roles: ['test'], options: { recallAt: [1] } },
  { plugin: 'verification', roles: ['test'], options: { sampledPairs: 1000, folds: 5, falseAcceptRates: [0.1] } },
  {
    plugin: 'identification',
    roles: ['gallery', 'probe', 'distractors'],
    options: { ranks: [1], distractorCounts: [10], falseAlarmRates: [0.1] },
  },
  { plugin: 'recognition', roles: ['gallery', 'probe', 'distractors'], options: { falseAlarmRates: [0.1] } },
  {
    plugin: 'megaface',
    roles: ['probe', 'distractors'],
    options: { distractorCounts: [10], falseAcceptRates: [0.01] },
  },
];

/**
 * Draws test sets of random classes and tells how often each metric's interval holds the metric's mean over all of
 * them.
 *
 * @param replicates of each bootstrap
 */
export async function coverage(population: Population, draws: number, replicates: number): Promise<Coverage[]> {
  const catalogue = await createCatalogue();
  const found = new Map<string, { value: number; low: number; high: number }[]>();
  for (let draw = 0; draw < draws; draw++) {
    const splits = drawnSplits(population, draw);
    for (const { plugin, roles, options } of measured) {
      const { manifest } = await catalogue.load('evaluator', plugin, import.meta.dirname);
      const given = manifest.schema.parse(plugin === 'accuracy' ? {} : { ...options, bootstrap: replicates });
      const evaluator = await manifest.create(given, { streams: new RandomStreams(draw, `coverage/${plugin}/`) });
      const { metrics, intervals = {} }: Evaluation = await evaluator.evaluate(
        inputOf(splits.filter(({ role }) => roles.includes(role))),
      );
      for (const [metric, [low, high]] of Object.entries(intervals)) {
        if (!found.has(metric)) found.set(metric, []);
        found.get(metric)!.push({ value: metrics[metric]!, low, high });
      }
    }
  }
  return [...found].map(([metric, all]) => {
    const truth = all.reduce((sum, { value }) => sum + value, 0) / all.length;
    const deviation = Math.sqrt(all.reduce((sum, { value }) => sum + (value - truth) ** 2, 0) / (all.length - 1));
    const width = all.reduce((sum, { low, high }) => sum + high - low, 0) / all.length;
    return {
      metric,
      truth,
      covered: all.filter(({ low, high }) => low <= truth && truth <= high).length / all.length,
      width: width / (3.92 * deviation),
    };
  });
}
