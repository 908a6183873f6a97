import path from 'node:path';
import {
  AblateError,
  RandomStreams,
  z,
  type BaseContext,
  type EmbeddedSplit,
  type Evaluation,
  type EvaluationInput,
  type Evaluator,
} from 'ablate-ml';
import { bootstrap, canonicalOrder, rowsAt, shuffledRows, weightedMeans, type Labeled } from 'ablate-ml/metrics';
import { closestDistractors, impostorThresholds, matePairs } from './challenge.ts';
import { readFeatures, writeFeatures } from './template-list.ts';

const source = z.strictObject({
  list: z.string().min(1),
  directory: z.string().min(1),
  suffix: z.string().default('.bin'),
});

export const options = z.strictObject({
  distance: z.enum(['cosine', 'euclidean']).default('cosine').describe('how two embeddings are compared'),
  lists: z
    .enum(['raw', 'cleaned'])
    .default('raw')
    .describe("whether the lists are the challenge's own or cleaned of label noise; part of every metric's name"),
  distractorCounts: z
    .array(z.number().int().min(1))
    .default([10, 100, 1000, 10_000, 100_000, 1_000_000])
    .describe('numbers N of distractors at which rank-1 is reported, besides all'),
  falseAcceptRates: z
    .array(z.number().positive().lt(1))
    .min(1)
    .default([0.0001, 0.00001, 0.000001])
    .describe('rates FAR at which TAR is reported'),
  distractorSeed: z.number().int().default(0).describe("seed of the distractors' order, apart from the run's seed"),
  features: z
    .strictObject({ probes: source, distractors: source })
    .nullable()
    .default(null)
    .describe('feature files to measure instead of the run: `{probes: {list, directory, suffix}, distractors: {…}}`'),
  write: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("folder into which the run's embeddings are written as the devkit's feature files and lists"),
  bootstrap: z.number().int().min(0).default(1000).describe('replicates behind the confidence intervals; 0 for none'),
});

/** Options of the MegaFace protocol. */
export type MegafaceOptions = z.output<typeof options>;

/** Training images from which on the protocol is `large`. */
const largeFrom = 500_000;

/** Names the challenge's protocol, by the size of the training set; nothing where that is unknown. */
function protocolOf({ trainingImages }: EvaluationInput): string[] {
  if (trainingImages === 0) return [];
  return [trainingImages < largeFrom ? 'small' : 'large'];
}

interface Challenge {
  readonly probes: Labeled;
  readonly distractors: Labeled;
}

function namesOf(split: EmbeddedSplit, order: readonly number[]): string[] {
  return order.map((index) =>
    (split.source?.(index) ?? `${split.role}/${String(index).padStart(7, '0')}`).replace(/^([A-Za-z]:)?[\\/]+/, ''),
  );
}

async function writeRun(directory: string, probe: EmbeddedSplit, distractors: EmbeddedSplit): Promise<void> {
  for (const [folder, split] of [
    ['probes', probe],
    ['distractors', distractors],
  ] as const) {
    const order = canonicalOrder(split);
    const source = {
      list: path.join(directory, `${folder}_features_list.json`),
      directory: path.join(directory, folder),
      suffix: '.bin',
    };
    await writeFeatures(source, rowsAt(split, order), namesOf(split, order));
  }
}

async function challengeOf(
  input: EvaluationInput,
  { features, write }: MegafaceOptions,
): Promise<Challenge | undefined> {
  if (features) {
    const [probes, distractors] = [await readFeatures(features.probes), await readFeatures(features.distractors)];
    if (probes.dim === distractors.dim) return { probes, distractors };
    throw new AblateError(
      'DATA_INVALID',
      `The probes of ${features.probes.list} have ${probes.dim} numbers each, the distractors of ${features.distractors.list} ${distractors.dim}.`,
      { remedy: 'Both must come from one network.' },
    );
  }
  const [probe, distractors] =
    input.role === 'validation' ? [] : [await input.split('probe'), await input.split('distractors')];
  if (!probe || !distractors) return undefined;
  if (write !== null) await writeRun(path.resolve(write), probe, distractors);
  return {
    probes: rowsAt(probe, canonicalOrder(probe)),
    distractors: rowsAt(distractors, canonicalOrder(distractors)),
  };
}

/**
 * Measures the MegaFace challenge: each probe against one mate and N distractors, and verification against all
 * distractors.
 */
export function megaface(options: MegafaceOptions, { streams }: BaseContext): Evaluator {
  return {
    async evaluate(input): Promise<Evaluation> {
      const found = await challengeOf(input, options);
      if (!found || found.distractors.labels.length === 0) return { metrics: {} };
      const [probes, distractors] = [
        found.probes,
        shuffledRows(found.distractors, new RandomStreams(options.distractorSeed).stream('distractors')),
      ];
      const pairs = matePairs(probes, options.distance);
      if (pairs.scores.length === 0) return { metrics: {} };
      const all = distractors.labels.length;
      const sizes = [
        ...new Set([...options.distractorCounts.filter((count) => count < all).sort((a, b) => a - b), all]),
      ];
      const prefix = ['megaface', options.lists, ...protocolOf(input)].join('-');
      const closest = await closestDistractors(probes, distractors, options.distance, sizes);
      const thresholds = await impostorThresholds(probes, distractors, options.distance, options.falseAcceptRates);
      const values = Object.fromEntries([
        ...sizes.map(
          (size, index) =>
            [
              `${prefix}/rank-1@distractors=${size}`,
              pairs.scores.map((score, pair) => Number(score > closest[index]![pairs.probes[pair]!]!)),
            ] as const,
        ),
        ...options.falseAcceptRates.map(
          (rate, index) =>
            [
              `${prefix}/TAR@FAR=${rate.toExponential()}`,
              pairs.scores.map((score) => Number(score > thresholds[index]!)),
            ] as const,
        ),
      ]);
      const measure = (weights: Float64Array): Record<string, number> => weightedMeans(values, weights);
      const metrics = measure(new Float64Array(pairs.scores.length).fill(1));
      return {
        metrics,
        intervals: bootstrap(pairs.identities, { replicates: options.bootstrap, streams }, measure),
        curves: {
          [`${prefix}/rank-1`]: {
            x: sizes,
            y: sizes.map((size) => metrics[`${prefix}/rank-1@distractors=${size}`]!),
            xLabel: 'distractors',
            yLabel: 'rank-1 identification rate',
          },
        },
      };
    },
  };
}
