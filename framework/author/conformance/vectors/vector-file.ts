import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AblateError } from '../../../base/errors/ablate-error.ts';

const matrix = z.array(z.array(z.number()));
const labels = z.array(z.int().nonnegative());
const state = z.record(z.string(), z.number());

const lossCase = z.strictObject({
  name: z.string(),
  note: z.string().optional(),
  params: z.record(z.string(), z.unknown()),
  gradientCheck: z.enum(['exact', 'finite']).default('exact'),
  tolerance: z.strictObject({ rel: z.number().nonnegative(), abs: z.number().nonnegative() }).optional(),
  input: z.strictObject({
    embedding: matrix.min(1),
    labels: labels.optional(),
    classWeights: matrix.optional(),
    classCounts: labels.optional(),
    teacher: matrix.optional(),
    bias: z.array(z.number()).optional(),
    centers: matrix.optional(),
    step: z.int().nonnegative().optional(),
    state: state.optional(),
    sampledClasses: labels.optional(),
    radius: z.number().optional(),
    beta: z.array(z.number()).optional(),
    triplets: z.array(z.tuple([z.int(), z.int(), z.int()])).optional(),
    negativeWeights: matrix.optional(),
    sharedBias: z.number().optional(),
    margins: z.array(z.number()).optional(),
    hierarchy: z.array(labels).optional(),
    secondEmbedding: matrix.optional(),
    projection: matrix.optional(),
    secondProjection: matrix.optional(),
  }),
  expected: z.strictObject({
    value: z.number(),
    logits: matrix.optional(),
    embeddingGradient: matrix.optional(),
    classWeightsGradient: matrix.optional(),
    biasGradient: z.array(z.number()).optional(),
    radiusGradient: z.number().optional(),
    betaGradient: z.array(z.number()).optional(),
    sharedBiasGradient: z.number().optional(),
    secondEmbeddingGradient: matrix.optional(),
    nextCenters: matrix.optional(),
    nextState: state.optional(),
    parts: z.array(z.number()).optional(),
  }),
});

const metricCase = z.looseObject({
  name: z.string(),
  kind: z.enum(['retrieval', 'clustering', 'verification', 'identification']),
  input: z.record(z.string(), z.unknown()),
  expected: z.record(z.string(), z.unknown()),
});

const minerCase = z.strictObject({
  name: z.string(),
  note: z.string().optional(),
  params: z.looseObject({ miner: z.string(), measure: z.string().optional(), normalize: z.boolean().optional() }),
  input: z.strictObject({ embedding: matrix, labels, draws: z.array(z.number()).optional() }),
  expected: z.record(z.string(), z.unknown()),
});

const file = z.strictObject({ loss: z.string(), note: z.string().optional(), cases: z.array(z.unknown()).min(1) });

/** One reference case of a loss. */
export type LossVector = z.output<typeof lossCase>;
/** One reference case of an evaluator. */
export type MetricVector = z.output<typeof metricCase>;

/** One reference case of a miner. */
export type MinerVector = z.output<typeof minerCase>;

/** A file of reference cases. */
export interface VectorFile {
  /** What the cases are of: a loss, a composition, `metrics` or `miners`. */
  readonly loss: string;
  readonly losses: readonly LossVector[];
  readonly metrics: readonly MetricVector[];
  readonly miners: readonly MinerVector[];
}

/**
 * Reads a file of reference cases.
 *
 * @throws AblateError DATA_NOT_FOUND, or DATA_INVALID naming the case and the key
 */
export async function readVectors(path: string | URL): Promise<VectorFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new AblateError('DATA_NOT_FOUND', `Cannot read the reference cases ${String(path)}.`, {
      remedy: 'Give --vectors the path of a JSON file of reference cases.',
      cause,
    });
  }
  const whole = parse(path, '', file, parseJson(path, text));
  const named = (one: unknown, index: number): string => `case ${(one as { name?: string } | null)?.name ?? index}: `;
  const casesOf = <Schema extends z.ZodType>(schema: Schema): z.output<Schema>[] =>
    whole.cases.map((one, index) => parse(path, named(one, index), schema, one));
  return {
    loss: whole.loss,
    losses: ['metrics', 'miners'].includes(whole.loss) ? [] : casesOf(lossCase),
    metrics: whole.loss === 'metrics' ? casesOf(metricCase) : [],
    miners: whole.loss === 'miners' ? casesOf(minerCase) : [],
  };
}

function parseJson(path: string | URL, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AblateError('DATA_INVALID', `${String(path)} is not JSON: ${(cause as Error).message}`, { cause });
  }
}

function parse<Schema extends z.ZodType>(
  path: string | URL,
  where: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AblateError('DATA_INVALID', `${String(path)}: ${where}${issue!.path.join('.')}: ${issue!.message}`, {
    remedy:
      'The layout: {"loss", "cases": [{"name", "params", "input": {"embedding", "labels", …}, "expected": {"value", …}}]}.',
  });
}
