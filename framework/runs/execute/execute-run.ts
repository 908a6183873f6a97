import type { RunTask } from './run-task.ts';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { util } from '@tensorflow/tfjs';
import { CheckpointFolder } from '../../records/checkpoints/checkpoint-folder.ts';
import type { Evaluation } from '../../contracts/evaluator.ts';
import type { CheckpointStore } from '../../contracts/checkpoint.ts';
import { restore } from '../../training/engine/restore.ts';
import { compose } from '../../training/engine/compose.ts';
import { evaluate } from '../../training/engine/evaluate.ts';
import { evaluationInput } from '../../training/engine/evaluation-input.ts';
import { lockedDataset } from '../../training/engine/locked-dataset.ts';
import type { RunError, RunEvent, RunStatus } from '../../contracts/run-event.ts';
import { requireImageDependence } from '../../training/engine/require-image-dependence.ts';
import { fromFirst } from '../../training/engine/over-ranks.ts';
import type { Session } from '../../training/engine/session.ts';
import { train } from '../../training/engine/train.ts';
import { takeAverage, withCountingWeights } from '../../training/engine/weight-average.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { CenterFrames } from '../../figures/center-frames.ts';
import { saveEvaluation } from '../../figures/saved-evaluation.ts';
import { requireMemory } from '../../training/memory-estimate/require-memory.ts';
import { redactSecrets } from '../../base/system/redact-secrets.ts';
import { keepPostProcessing } from './keep-post-processing.ts';
import { drawRun } from './draw-run.ts';
import { foldOfSplit } from '../../experiment/spec/run-fold.ts';
import { saveSplit } from './save-split.ts';
import { requireMeasurable } from './require-measurable.ts';
import { warnAboutClassLeakage, type Warn } from './warn-about-class-leakage.ts';

/**
 * Executes one run from composition to figures: trains, evaluates on the test role, keeps what the figures need and
 * draws them. Emits `started` to `ended`; a failure is an `ended` event with its reason, never an exception.
 */
export async function executeRun(task: RunTask): Promise<RunStatus> {
  let session: Session | undefined;
  let status: RunStatus = 'failed';
  let step = 0;
  let error: RunError | undefined;
  let failure: unknown;
  try {
    session = await composeUnlessStopped(task);
    if (session) requireMemory(session, task.run.spec);
    status = session ? await trainAndEvaluate(session, task) : 'interrupted';
  } catch (cause) {
    failure = cause;
    // Where a plugin's code is at fault, its own stack is what its author needs.
    const fault = cause instanceof AblateError && /^PLUGIN_(?:FAILED|OPTIONS)$/.test(cause.code) ? cause.cause : cause;
    const stack = !(fault instanceof AblateError) && fault instanceof Error ? fault.stack : undefined;
    error = {
      code: cause instanceof AblateError ? cause.code : 'RUN_FAILED',
      message: cause instanceof Error ? cause.message : String(cause),
      ...(stack && { stack }),
    };
    if (stack) keepStack(task.folder.directory, stack);
  } finally {
    step = session?.clock.step ?? 0;
    await session?.close();
  }
  try {
    task.emit({ type: 'ended', status, step, ...(error && { error }) });
  } catch (cause) {
    // Where a full disk stopped the run, the room that its last word lacks is not what is to be told.
    throw error?.code === 'DISK_FULL' ? failure : cause;
  }
  return status;
}

/**
 * Composes a run; undefined where it is told to stop meanwhile: nobody waits for a server then, and what comes too late
 * is closed.
 */
async function composeUnlessStopped({ run, runContext, signal, emit }: RunTask): Promise<Session | undefined> {
  let stop: () => void = () => undefined;
  const stopped = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  const composed = compose(run.spec, {
    ...runContext,
    signal,
    warn: (message) => emit({ type: 'warning', message }),
  });
  try {
    const session = await Promise.race([stopped, composed]);
    if (!session)
      void composed.then(
        (late) => late.close(),
        () => undefined,
      );
    return session;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Keeps where a fault of the program showed, for its report. */
function keepStack(directory: string, stack: string): void {
  try {
    writeFileSync(join(directory, 'error.txt'), redactSecrets(stack));
  } catch {
    // The failure itself is reported by the journal; a folder that cannot be written must not hide it.
  }
}

async function trainAndEvaluate(session: Session, task: RunTask): Promise<RunStatus> {
  const {
    run: { spec },
    folder,
    emit,
    signal,
  } = task;
  const checkpoints = new CheckpointFolder(folder.checkpoints, spec.train.keep, spec.train.keepBest);
  const resume = task.resume ? await checkpoints.newest((message) => emit({ type: 'warning', message })) : undefined;
  await fromFirst(resume?.position.step ?? null, session.ranks);
  emit(startedEvent(session, task, resume?.position.step ?? 0));
  const warn: Warn = (message, level) => emit({ type: 'warning', message, ...(level && { level }) });
  warnAboutClassLeakage(session.dataset, warn);
  await requireMeasurable(session.dataset, task, warn);
  await requireImageDependence(session, spec.train);
  await saveSplit(folder.directory, session.dataset, warn);
  // What trains sees no test set that is locked, whatever an evaluator or a figure asks for on the way.
  const seen: Session = spec.test ? { ...session, dataset: lockedDataset(session.dataset) } : session;
  const frames = new CenterFrames(seen);
  if (!resume) frames.take(0);
  const listen = (event: RunEvent): void => {
    if (event.type === 'epoch') frames.take(event.epoch);
    emit(event);
  };
  const afterEpoch = async (epoch: number, validated: Evaluation | undefined): Promise<void> => {
    const { figuresEvery = 0, checkpointEvery } = spec.train;
    const isDrawn = figuresEvery > 0 && epoch % figuresEvery === 0;
    if (isDrawn || epoch % checkpointEvery === 0) await frames.save(folder.directory);
    if (!isDrawn) return;
    await withCountingWeights(session, async () => {
      const input = await evaluationInput(seen, seen.dataset.split('validation') ? 'validation' : 'test');
      await drawRun(task, { input, found: validated ?? { metrics: {} }, at: { epoch, step: session.clock.step } });
    });
  };
  // A checkpoint that a power cut leaves whole never stands for steps that the journal has lost.
  const flushed: CheckpointStore = {
    write: async (position, tensors) => {
      task.flush();
      return checkpoints.write(position, tensors);
    },
  };
  const status = await train(seen, {
    train: spec.train,
    checkpoints: flushed,
    emit: listen,
    afterEpoch,
    signal,
    resume,
    until: task.until,
    spans: task.spans,
  }).finally(() => frames.save(folder.directory));
  // What follows is rank 0's alone.
  session.ranks?.part();
  if (status === 'finished') await checkpoints.removeOld();
  if (status !== 'finished') return status;
  const trained = spec.train.use === 'best' ? await withBestWeights(session, seen, checkpoints, task) : session;
  const counting = takeAverage(trained);
  if (counting) warn(counting);
  if (spec.test === 'locked') return status;
  const { step, epoch } = trained.clock;
  if (spec.test === 'once') emit({ type: 'opened', role: 'test', step });
  const input = await evaluationInput(trained, 'test');
  const { notes, nothing, ...found } = await evaluate(trained, input);
  for (const note of notes) warn(note);
  for (const name of nothing) warn(`The evaluator "${name}" found nothing to measure on the images for test.`);
  emit({ type: 'evaluated', role: 'test', epoch: Math.ceil(epoch), step, ...found });
  await keepPostProcessing(folder, trained.evaluators);
  await drawRun(task, { input, found });
  // A test set that is opened once is not embedded again, for whatever is asked of it later; and folds are evaluated as
  // one from what each has kept.
  const whole = spec.test === 'once' || foldOfSplit(spec.dataset.options['split']) !== undefined;
  await keepEmbeddings(folder.directory, input, { drawn: spec.figures.length > 0, whole });
  if (nothing.length > 0 && Object.keys(found.metrics).length === 0 && !session.dataset.split('validation')) {
    throw new AblateError(
      'DATA_INVALID',
      `Nothing was measured: ${nothing.join(', ')} found nothing on the images for test.`,
      { remedy: 'Its checkpoint is kept: ablate evaluate measures it by other evaluators.' },
    );
  }
  return status;
}

/**
 * Puts the weights of the best checkpoint in place of the last and says so. They are validated once more, so that what
 * reads a run's last validation, such as a search, reads theirs.
 *
 * @returns the session where it stood then
 */
async function withBestWeights(
  session: Session,
  seen: Session,
  checkpoints: CheckpointFolder,
  { run: { spec }, emit }: RunTask,
): Promise<Session> {
  const best = await checkpoints.best();
  if (!best) {
    throw new AblateError('CHECKPOINT_INVALID', 'train.use asks for the best weights, and none were validated.', {
      remedy: 'Validate more often: train.validateEvery.',
    });
  }
  await restore(session.parameters, best);
  const clock = session.clock.at(best.position.step);
  const [epoch, step] = [Math.ceil(clock.epoch), clock.step];
  if (step < session.clock.step) {
    emit({
      type: 'warning',
      message: `The weights of epoch ${epoch} are used, the best by ${spec.train.keepBest!.metric}.`,
    });
    const {
      notes: _,
      nothing: __,
      ...found
    } = await withCountingWeights({ ...session, clock }, async () =>
      evaluate(seen, await evaluationInput({ ...seen, clock }, 'validation')),
    );
    emit({ type: 'evaluated', role: 'validation', epoch, step, ...found });
  }
  return { ...session, clock };
}

/** Embeddings that no figure asked for are kept too where they take little room, so that a report has pictures. */
const littleRoom = 4e6;

/**
 * Keeps what was embedded: all roles of it where it is kept whole, else what figures draw, which distractors are not.
 */
async function keepEmbeddings(
  directory: string,
  input: Awaited<ReturnType<typeof evaluationInput>>,
  { drawn, whole }: { readonly drawn: boolean; readonly whole: boolean },
): Promise<void> {
  if (drawn || whole) await input.split('test');
  for (const [role, embedded] of input.embedded) {
    const split = await embedded;
    const isWanted = whole || (role !== 'distractors' && (drawn || split.embeddings.length <= littleRoom));
    if (isWanted) await saveEvaluation(directory, split, input);
  }
}

function startedEvent(session: Session, { run: { spec }, device }: RunTask, resumedAtStep: number): RunEvent {
  const parameters = session.groups
    .flatMap((group) => group.parameters)
    .reduce((sum, { variable, rows }) => sum + (rows ? util.sizeFromShape([...rows.shape]) : variable.size), 0);
  return {
    type: 'started',
    epochs: spec.train.epochs,
    stepsPerEpoch: session.sampler.stepsPerEpoch,
    steps: session.clock.steps,
    batch: spec.train.batch,
    resumedAtStep,
    parameters,
    device,
    imageShape: session.dataset.cachedFrom ?? session.dataset.imageShape,
    dim: session.backbone.dim,
    classes: session.train.classNames.length,
    images: session.train.length,
    dataset: { name: spec.dataset.plugin, ...session.dataset.provenance },
  };
}
