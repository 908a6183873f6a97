import { cacheDirectory } from '../../base/system/cache-directory.ts';
import { featureStore } from '../../data/embeddings/feature-store.ts';
import { compose } from '../../training/engine/compose.ts';
import type { EmbeddingListener } from '../../training/engine/embed.ts';
import { evaluationInput } from '../../training/engine/evaluation-input.ts';
import { takeAverage } from '../../training/engine/weight-average.ts';
import { restore } from '../../training/engine/restore.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Catalogue } from '../../plugins/catalogue.ts';
import type { SelectedEvaluator } from './selected-evaluators.ts';
import { measure, type Measurement } from './measure.ts';
import { checkpointOf, type PastRun } from './read-run.ts';
import { oneClassSentence } from '../execute/require-measurable.ts';
import { warnAboutClassLeakage, type Warn } from '../execute/warn-about-class-leakage.ts';

/** How a run is evaluated once more. */
export interface RunEvaluation {
  readonly catalogue: Catalogue;
  readonly evaluators: readonly SelectedEvaluator[];
  /** A checkpoint's file; the run's newest where it is left out. */
  readonly checkpoint?: string;
  readonly onImages: EmbeddingListener;
  readonly onEvaluator: (name: string) => void;
  readonly warn: Warn;
}

/**
 * Evaluates a checkpoint of a run, changing nothing in its folder. The device must have been chosen. The run's own
 * evaluators give the run's own numbers.
 *
 * @throws AblateError
 */
export async function evaluateRun(
  run: PastRun,
  { catalogue, evaluators, checkpoint: file, onImages, onEvaluator, warn }: RunEvaluation,
): Promise<Measurement & { readonly step: number }> {
  const { spec, baseDirectory, folder } = run;
  if (spec.test) {
    const why =
      spec.test === 'locked'
        ? 'chosen by validation, and its test set stays locked'
        : 'part of a protocol that opens the test set once';
    throw new AblateError('USAGE', `The run in ${folder.directory} is ${why}.`, {
      remedy: 'Name the evaluators in the spec of another experiment; its own metrics are in summary.json.',
    });
  }
  const needy = evaluators.find(({ entry }) => entry.manifest.predictions);
  if (needy && !spec.head)
    throw new AblateError(
      'USAGE',
      `The evaluator "${needy.use.plugin}" needs predicted classes, and the run in ${folder.directory} has no head to predict them.`,
      { remedy: 'Choose other evaluators with --evaluate.' },
    );
  const checkpoint = await checkpointOf(run, file, warn);
  const session = await compose(
    { ...spec, evaluate: evaluators.map(({ use }) => use) },
    { catalogue, baseDirectory, cacheDirectory: cacheDirectory(), features: featureStore(cacheDirectory()) },
  );
  try {
    await restore(session.parameters, checkpoint);
    session.clock.step = checkpoint.position.step;
    const counting = takeAverage(session);
    if (counting) warn(counting);
    warnAboutClassLeakage(session.dataset, warn);
    const test = session.dataset.split('test');
    const alone = test && oneClassSentence(test);
    if (alone) warn(alone);
    return {
      ...(await measure(
        folder.directory,
        session.evaluators,
        await evaluationInput(session, 'test', onImages),
        onEvaluator,
      )),
      step: checkpoint.position.step,
    };
  } finally {
    await session.close();
  }
}
