import type { Embeddings } from '../../data/embeddings/embeddings.ts';
import { embeddingsInput } from '../../data/embeddings/embeddings-input.ts';
import { evaluatorScope } from '../../training/engine/compose.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Contexts } from '../../contracts/plugin.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import { resolveInnerUse } from '../../plugins/resolve-inner-use.ts';
import { makeComponent } from '../../plugins/make-component.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import type { SelectedEvaluator } from './selected-evaluators.ts';
import { measure, type Measurement } from './measure.ts';
import { oneClassSentence } from '../execute/require-measurable.ts';

/** How embeddings are evaluated. */
export interface EmbeddingsEvaluation {
  readonly evaluators: readonly SelectedEvaluator[];
  readonly catalogue: Catalogue;
  /** Seed of bootstrap and k-means. */
  readonly seed: number;
  readonly onEvaluator: (name: string) => void;
}

/**
 * Refuses evaluators that embeddings alone cannot serve.
 *
 * @throws AblateError USAGE
 */
export function requireEmbeddingEvaluators(evaluators: readonly SelectedEvaluator[]): void {
  const needy = evaluators.find(({ entry }) => entry.manifest.predictions);
  if (needy)
    throw new AblateError(
      'USAGE',
      `The evaluator "${needy.use.plugin}" needs predicted classes, and embeddings come without.`,
      { remedy: 'Choose other evaluators with --evaluate.' },
    );
}

/**
 * Evaluates embeddings. The device must have been chosen.
 *
 * @param source the file they came from
 * @throws AblateError
 */
export async function evaluateEmbeddings(
  source: string,
  embeddings: Embeddings,
  { catalogue, evaluators, seed, onEvaluator }: EmbeddingsEvaluation,
): Promise<Measurement> {
  const streams = new RandomStreams(seed);
  const made = await Promise.all(
    evaluators.map(async ({ use: { plugin, options }, entry }) => ({
      name: plugin,
      evaluator: await makeComponent(
        entry,
        options,
        evaluatorContext(streams.scoped(evaluatorScope(plugin)), catalogue),
      ),
    })),
  );
  const measured = await measure(source, made, embeddingsInput(embeddings, seed), onEvaluator);
  const alone = embeddings.pairs ? undefined : oneClassSentence(embeddings);
  return alone === undefined ? measured : { ...measured, notes: [alone, ...measured.notes] };
}

/** What an evaluator outside of a run is made with: paths and packages of its post-processors start here. */
function evaluatorContext(streams: RandomStreams, catalogue: Catalogue): Contexts['evaluator'] {
  return {
    streams,
    async component(kind, use) {
      const { entry, options } = await resolveInnerUse(kind, use, { catalogue, baseDirectory: process.cwd() });
      return makeComponent(entry, options, { streams: streams.scoped(entry.manifest.name) });
    },
  };
}
