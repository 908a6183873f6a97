import {
  z,
  type BaseContext,
  type EmbeddedSplit,
  type Evaluation,
  type EvaluationInput,
  type Evaluator,
} from 'ablate-ml';
import {
  bootstrap,
  farName,
  groupColumn,
  openSetAnswers,
  OpenSetRates,
  operatingPointsOf,
  pointValues,
  rankScores,
  rocCurve,
  rocOf,
  trueAcceptsAt,
  type Labeled,
} from 'ablate-ml/metrics';
import { poolTemplates, templateScore, type PooledTemplates } from './pool-templates.ts';

const rates = z.array(z.number().positive().lt(1));

export const options = z.strictObject({
  template: z.string().min(1).default('template').describe("column of labels: each image's template"),
  media: z.string().min(1).default('media').describe('column of labels: the image or video that a face is from'),
  weight: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('column of numbers that images are weighed by, such as `detector`; null weighs all alike'),
  list: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'column of labels that names galleries `gallery…` and `probe`s, for the 1:N protocol; null for 1:1 alone',
    ),
  normalizeImages: z
    .boolean()
    .default(true)
    .describe('whether images are divided by their norm before they are pooled'),
  falseAcceptRates: rates.default([1e-4, 1e-5, 1e-6]).describe('rates FAR at which TAR is reported'),
  falsePositiveRates: rates.default([0.1, 0.01]).describe('rates FPIR at which TPIR is reported'),
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

/** Options of templates. */
export type TemplatesOptions = z.output<typeof options>;

/** Templates with what is known of them. */
interface Templates extends PooledTemplates {
  readonly dim: number;
  /** Class of each. */
  readonly labels: Int32Array;
  /** List of each; absent where no column says it. */
  readonly lists?: readonly string[];
}

/** The numbers of a column; each row by itself where embeddings come without columns. */
const numbersOf = (split: EmbeddedSplit, column: string): Int32Array =>
  split.columns ? groupColumn(split, column).values : Int32Array.from(split.labels.keys());

function templatesOf(
  split: EmbeddedSplit,
  { template, media, weight, list, normalizeImages }: TemplatesOptions,
): Templates {
  const weighing = weight === null ? undefined : split.columns?.[weight];
  const pooled = poolTemplates({
    values: split.embeddings,
    dim: split.dim,
    template: numbersOf(split, template),
    media: numbersOf(split, media),
    // A face without a score counts nothing.
    weights: weighing?.kind === 'number' ? weighing.values.map((value) => value || 0) : undefined,
    normalize: normalizeImages,
  });
  const lists = list === null ? undefined : groupColumn(split, list);
  return {
    ...pooled,
    dim: split.dim,
    labels: pooled.first.map((row) => split.labels[row]!),
    ...(lists && { lists: Array.from(pooled.first, (row) => lists.names[lists.values[row]!] ?? '') }),
  };
}

type Found = Required<Pick<Evaluation, 'metrics' | 'intervals' | 'operatingPoints' | 'curves'>>;

/** Verifies and identifies people by templates of several images, as IJB-B and IJB-C ask. */
export function templates(options: TemplatesOptions, { streams }: BaseContext): Evaluator {
  const replicates = { replicates: options.bootstrap, streams };

  /** 1:1: pairs of templates, each named by one of its images. */
  async function verified(input: EvaluationInput, all: Templates): Promise<Found | undefined> {
    const pairs = await input.pairs();
    if (!pairs) return undefined;
    const place = new Map([...all.numbers].map((number, index) => [number, index]));
    // Without columns a row of the pairs stands for itself: those are the images that were pooled.
    const named = numbersOf(pairs.images, options.template);
    const side = (rows: Int32Array): Int32Array => rows.map((row) => place.get(named[row]!) ?? -1);
    const [left, right] = [side(pairs.left), side(pairs.right)];
    const kept = Int32Array.from(left.keys()).filter((pair) => left[pair]! >= 0 && right[pair]! >= 0);
    const scores = Float64Array.from(kept, (pair) => templateScore(all, all.dim, left[pair]!, right[pair]!));
    const same = Uint8Array.from(kept, (pair) => pairs.same[pair]!);
    const ranked = rankScores(scores, same);
    const roc = rocOf(ranked);
    if (!roc) return undefined;
    const question = {
      rates: new OpenSetRates({ scores, mated: same, correct: same }),
      targets: options.falseAcceptRates,
      metric: 'template-TAR',
    };
    const measure = (weights?: Float64Array): Record<string, number> => {
      const curve = rocOf(ranked, weights);
      return Object.fromEntries(
        options.falseAcceptRates.map((rate) => [
          `template-TAR@${farName(rate)}`,
          curve ? trueAcceptsAt(curve, rate) : NaN,
        ]),
      );
    };
    const labelsOf = (rows: Int32Array): Int32Array => kept.map((pair) => all.labels[rows[pair]!]!);
    const { points, intervals } = operatingPointsOf(
      question,
      bootstrap(labelsOf(left), { ...replicates, partners: labelsOf(right) }, (weights) => ({
        ...measure(weights),
        ...pointValues(question, weights),
      })),
    );
    return {
      metrics: measure(),
      intervals,
      curves: { 'template-roc': rocCurve(roc) },
      operatingPoints: { templates: { score: 'cosine', points } },
    };
  }

  /** 1:N: all probes in each gallery, means over the galleries. */
  async function identified(all: Templates): Promise<Pick<Found, 'metrics' | 'intervals'> | undefined> {
    const { lists, dim, labels } = all;
    if (!lists) return undefined;
    const values = Float32Array.from(all.values);
    const at = (wanted: (list: string) => boolean): Labeled => {
      const chosen = Int32Array.from(labels.keys()).filter((row) => wanted(lists[row]!));
      const rows = new Float32Array(chosen.length * dim);
      chosen.forEach((row, index) => rows.set(values.subarray(row * dim, (row + 1) * dim), index * dim));
      return { dim, values: rows, labels: chosen.map((row) => labels[row]!) };
    };
    const probes = at((list) => list === 'probe');
    const names = [...new Set(lists)].filter((list) => list.startsWith('gallery')).sort();
    const answered = await Promise.all(
      names.map((name) =>
        openSetAnswers({ gallery: at((list) => list === name), probes, distractors: at(() => false) }, 'cosine'),
      ),
    );
    if (answered.length === 0 || probes.labels.length === 0) return undefined;
    const rated = answered.map((answers) => new OpenSetRates(answers));
    const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
    const measure = (weights?: Float64Array): Record<string, number> => {
      const found = rated.map((rates) => rates.at(options.falsePositiveRates, weights));
      const first = mean(rated.map((rates) => rates.ratesAt(-Infinity, weights).TAR));
      return {
        ...Object.fromEntries(
          options.falsePositiveRates.map((rate, index) => [
            `TPIR@FPIR=${rate.toExponential()}`,
            mean(found.map((own) => own[index]!)),
          ]),
        ),
        'template-rank-1': first,
      };
    };
    const metrics = Object.entries(measure()).filter(([, value]) => !Number.isNaN(value));
    return { metrics: Object.fromEntries(metrics), intervals: bootstrap(probes.labels, replicates, measure) };
  }

  return {
    async evaluate(input): Promise<Evaluation> {
      if (input.role === 'validation') return { metrics: {} };
      const images = (await input.split(input.role)) ?? (await input.split('probe'));
      const source = images?.columns ? images : (await input.pairs())?.images;
      if (!source) return { metrics: {} };
      const all = templatesOf(source, options);
      const [one, many] = [await verified(input, all), await identified(all)];
      return {
        metrics: { ...one?.metrics, ...many?.metrics },
        intervals: { ...one?.intervals, ...many?.intervals },
        ...(one && { curves: one.curves, operatingPoints: one.operatingPoints }),
      };
    },
  };
}
