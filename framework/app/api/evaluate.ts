import { AblateError } from '../../base/errors/ablate-error.ts';
import { registerHooks } from '../../plugins/register-hooks.ts';
import type { Embeddings } from '../../data/embeddings/embeddings.ts';
import type { Measurement } from '../../runs/evaluate/measure.ts';

/** Embeddings in memory, such as `embed` gives. */
export interface GivenEmbeddings {
  /** Row-major `[n, dim]`. */
  readonly embedding: Float32Array;
  readonly dim: number;
  /** Class of each row, from 0; −1 for none. */
  readonly label: Int32Array;
  /** Names of the classes; their numbers where they are left out. */
  readonly classNames?: readonly string[];
}

/** How embeddings are evaluated; what is left out is as `ablate evaluate --embeddings` has it. */
export interface EvaluateSettings {
  /** Options of the evaluators: `{'retrieval.recallAt': [1, 10]}`, as `--set` does. */
  readonly set?: Readonly<Record<string, unknown>>;
  /** Seed of bootstrap and k-means; 0 where it is left out. */
  readonly seed?: number;
  /** `tensorflow-gpu`, `tensorflow`, `webgpu`, `wasm`, `cpu` or `auto`. */
  readonly device?: string;
  /** Runs evaluators that the project of the working folder does not list. */
  readonly trust?: boolean;
}

/**
 * Evaluates embeddings that came from anywhere.
 *
 * @param embeddings in memory, or a file as `ablate evaluate --embeddings` takes it
 * @param evaluators names, such as `retrieval`
 * @throws AblateError where there is no such evaluator or option, or embeddings alone cannot serve one
 */
export async function evaluate(
  embeddings: string | GivenEmbeddings,
  evaluators: readonly string[],
  { set = {}, seed = 0, device = 'auto', trust }: EvaluateSettings = {},
): Promise<Measurement> {
  await registerHooks();
  const [{ useDevice }, { deviceOf }, { createCatalogue }, { selectedEvaluators }, evaluation, { readEmbeddings }] =
    await Promise.all([
      import('../../devices/devices.ts'),
      import('../../devices/device-of.ts'),
      import('../../plugins/load-catalogue.ts'),
      import('../../runs/evaluate/selected-evaluators.ts'),
      import('../../runs/evaluate/evaluate-embeddings.ts'),
      import('../../data/embeddings/read-embeddings.ts'),
    ]);
  const catalogue = await createCatalogue({ trust });
  const settings = Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
  const selected = await selectedEvaluators({ names: evaluators, settings, known: [] }, catalogue, process.cwd());
  evaluation.requireEmbeddingEvaluators(selected);
  const read = typeof embeddings === 'string' ? await readEmbeddings(embeddings) : inMemory(embeddings);
  try {
    await useDevice(deviceOf(device));
    return await evaluation.evaluateEmbeddings(typeof embeddings === 'string' ? embeddings : 'embeddings', read, {
      catalogue,
      evaluators: selected,
      seed,
      onEvaluator: () => undefined,
    });
  } finally {
    read.close?.();
  }
}

/** @throws AblateError DATA_INVALID where rows and labels do not match, or a number is not finite */
function inMemory({ embedding, dim, label, classNames }: GivenEmbeddings): Embeddings {
  const classes = 1 + label.reduce((most, one) => Math.max(most, one), -1);
  const fault =
    embedding.length !== label.length * dim
      ? `There are ${embedding.length} numbers for ${label.length} rows of ${dim}.`
      : !embedding.every(Number.isFinite)
        ? 'The embeddings hold NaN or an infinite number.'
        : classNames && classNames.length < classes
          ? `There are ${classNames.length} names for ${classes} classes.`
          : undefined;
  if (fault) throw new AblateError('DATA_INVALID', fault, { remedy: 'Give dim numbers and one label for each row.' });
  return {
    embeddings: embedding,
    dim,
    labels: label,
    classNames: classNames ?? Array.from({ length: classes }, (_, index) => String(index)),
  };
}
