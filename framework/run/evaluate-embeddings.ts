import { readEmbeddings } from '../embeddings/read-embeddings.ts';
import { embeddingsInput } from '../embeddings/embeddings-input.ts';
import { evaluatorScope } from '../engine/compose.ts';
import { AblateError } from '../errors/ablate-error.ts';
import { RandomStreams } from '../random/random-streams.ts';
import type { ChosenEvaluator } from './chosen-evaluators.ts';
import { measure, type Measurement } from './measure.ts';

/** How a file of embeddings is evaluated. */
export interface EmbeddingsEvaluation {
  readonly evaluators: readonly ChosenEvaluator[];
  /** File of labels, where they are not beside the embeddings. */
  readonly labels?: string;
  /** Seed of bootstrap and k-means. */
  readonly seed: number;
  readonly onEvaluator: (name: string) => void;
}

/**
 * Evaluates embeddings from a file. The device must have been chosen.
 *
 * @throws AblateError
 */
export async function evaluateEmbeddings(file: string, { evaluators, labels, seed, onEvaluator }: EmbeddingsEvaluation): Promise<Measurement> {
  const needy = evaluators.find(({ manifest }) => manifest.predictions);
  if (needy) throw new AblateError('USAGE', `The evaluator "${needy.use.plugin}" needs predicted classes, and embeddings come without.`, { remedy: 'Choose other evaluators with --evaluate.' });
  const input = embeddingsInput(await readEmbeddings(file, labels), seed);
  const streams = new RandomStreams(seed);
  const made = await Promise.all(evaluators.map(async ({ use: { plugin, options }, manifest }) => ({ name: plugin, evaluator: await manifest.create(options, { streams: streams.scoped(evaluatorScope(plugin)) }) })));
  return measure(file, made, input, onEvaluator);
}
