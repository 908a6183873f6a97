import type { Evaluation } from '../../contracts/evaluator.ts';
import type { TrainSpec } from '../../experiment/spec/spec.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { didYouMean } from '../../base/errors/did-you-mean.ts';
import type { Checkpoint, CheckpointStore, TrainingPosition } from '../../contracts/checkpoint.ts';
import type { BatchData } from './differentiate.ts';
import { EpochSums } from './epoch-sums.ts';
import { evaluate } from './evaluate.ts';
import { evaluationInput } from './evaluation-input.ts';
import { LeakWatch } from './leak-watch.ts';
import { checkpointTensors, restore } from './restore.ts';
import type { RunListener, RunStatus } from '../../contracts/run-event.ts';
import type { Session } from './session.ts';
import { noSpans, type Spans } from './spans.ts';
import { beginStep } from './training-step.ts';
import { PendingSteps } from './pending-steps.ts';

/** What a run needs beside its session. */
export interface TrainingTask {
  readonly train: TrainSpec;
  readonly checkpoints: CheckpointStore;
  /** Hears every event, in order. */
  readonly emit: RunListener;
  /** Aborting makes the run checkpoint and stop after the step under way. */
  readonly signal: AbortSignal;
  /** Called after an epoch and its validation, before its checkpoint; training waits for it. */
  readonly afterEpoch?: (epoch: number, validated: Evaluation | undefined) => Promise<void>;
  /** Epochs after which it validates, writes a checkpoint and stops, to go on later. */
  readonly until?: number | undefined;
  /** Hears what the time goes into. */
  readonly spans?: Spans | undefined;
  /** Where to go on. */
  readonly resume?: Checkpoint;
}

/** Gives timers, signals and sockets their turn between two synchronous steps. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Trains a session to its end or until the signal. Emits `step`, `epoch`, `evaluated` (validation) and `checkpointed`.
 *
 * @returns `finished`, or `interrupted` by the signal or after `until` epochs
 * @throws NonFiniteLoss, and whatever a plugin throws; the last checkpoint stays
 */
export async function train(session: Session, task: TrainingTask): Promise<RunStatus> {
  requireValidation(session, task.train);
  const sums = new EpochSums(task.resume?.position.epochSums);
  const unread = new PendingSteps((event) => {
    task.emit(event);
    sums.add({ loss: event.loss, ...event.parts }, event.images);
  });
  try {
    return await takeSteps(session, task, sums, unread);
  } catch (error) {
    // What failed may have failed because of the step before, whose numbers then tell.
    await unread.read();
    throw error;
  }
}

/** What the last validation found, and after which step. */
interface Validated {
  readonly step: number;
  readonly metrics?: TrainingPosition['metrics'];
}

async function takeSteps(
  session: Session,
  task: TrainingTask,
  sums: EpochSums,
  unread: PendingSteps,
): Promise<RunStatus> {
  const { clock, sampler } = session;
  const { emit, signal, train: settings, spans = noSpans } = task;

  // continue from the checkpoint
  if (task.resume) {
    await restore(session.parameters, task.resume);
    clock.step = task.resume.position.step;
  }
  let validated: Validated = { step: clock.step, metrics: task.resume?.position.metrics };
  const checkpoint = (): Promise<void> => writeCheckpoint(session, task, sums, validated);

  const leaks = new LeakWatch();
  const warned = new Set<string>();
  let next = clock.step < clock.steps ? loadBatch(session, clock.step, spans) : undefined;
  let epochStarted = performance.now();
  while (clock.step < clock.steps) {
    // interrupted: everything up to the last step goes into a checkpoint
    if (signal.aborted) {
      next?.catch(() => undefined);
      await unread.read();
      await checkpoint();
      return 'interrupted';
    }

    // this step's batch; the one after it loads while this one trains, and its failure is met when its turn comes
    const batch = await next!;
    next = clock.step + 1 < clock.steps ? loadBatch(session, clock.step + 1, spans) : undefined;
    next?.catch(() => undefined);

    // forward, backward and update; the numbers of the step before are read, so that the device has work meanwhile
    const rate = session.schedule.rate(clock);
    const began = performance.now();
    const step = spans.during('steps', `step ${clock.step}`, () => beginStep(session, batch, settings));
    unread.add(step, {
      step: clock.step,
      epoch: Math.floor(clock.epoch),
      rate,
      milliseconds: performance.now() - began,
      images: batch.labels.length,
    });
    await unread.read(1);
    clock.step++;
    leaks.look();
    await turn();
    if (clock.step % sampler.stepsPerEpoch !== 0 && clock.step < clock.steps) continue;

    // end of an epoch: means of its losses
    await unread.read();
    const epoch = Math.ceil(clock.epoch);
    const seconds = (performance.now() - epochStarted) / 1000;
    emit({ type: 'epoch', epoch, step: clock.step, metrics: sums.means(), seconds });
    sums.clear();

    // validation
    const found = await validate(session, epoch, task, warned);
    const metrics = found && namedMetrics(found, settings);
    if (metrics) validated = { step: clock.step, metrics };
    await task.afterEpoch?.(epoch, found);

    // checkpoint
    const paused = task.until !== undefined && epoch >= task.until && clock.step < clock.steps;
    const last = paused || clock.step >= clock.steps;
    if (isCheckpointDue(settings, { epoch, last, validated: metrics !== undefined })) await checkpoint();
    if (paused) {
      next?.catch(() => undefined);
      return 'interrupted';
    }
    epochStarted = performance.now();
  }
  return 'finished';
}

/** Reads the images and labels of a step's batch. */
async function loadBatch({ sampler, train: split }: Session, step: number, spans: Spans): Promise<BatchData> {
  const epoch = Math.floor(step / sampler.stepsPerEpoch);
  const indices = sampler.batch(epoch, step % sampler.stepsPerEpoch);
  return {
    pixels: await spans.during('input', `batch ${step}`, async () => split.images(indices, epoch)),
    labels: Int32Array.from(indices, (index) => split.labels[index]!),
    rows: indices,
  };
}

/**
 * The checkpoint policy: says whether one is written after an epoch. It is after each `checkpointEvery` epochs, after
 * the last one before the run ends or pauses, and after every validation where the best one is kept.
 */
function isCheckpointDue(
  { checkpointEvery, keepBest }: TrainSpec,
  { epoch, last, validated }: { readonly epoch: number; readonly last: boolean; readonly validated: boolean },
): boolean {
  return epoch % checkpointEvery === 0 || last || (validated && Boolean(keepBest));
}

/** Writes where training stands and every parameter, with the metrics of a validation at this very step. */
async function writeCheckpoint(
  { clock, parameters }: Session,
  { checkpoints, emit }: TrainingTask,
  sums: EpochSums,
  validated: Validated,
): Promise<void> {
  const metrics = validated.step === clock.step ? validated.metrics : undefined;
  const written = await checkpoints.write(
    { step: clock.step, epochSums: sums.state(), ...(metrics && { metrics }) },
    checkpointTensors(parameters),
  );
  emit({ type: 'checkpointed', step: clock.step, epoch: clock.epoch, ...written });
}

/** What validation found; undefined where none was due. */
async function validate(
  session: Session,
  epoch: number,
  { train: settings, emit, until }: TrainingTask,
  warned: Set<string>,
): Promise<Evaluation | undefined> {
  const { clock } = session;
  const due =
    settings.validateEvery > 0 &&
    (epoch % settings.validateEvery === 0 || epoch === until || clock.step >= clock.steps);
  if (!due || !session.dataset.split('validation') || session.evaluators.length === 0) return undefined;
  const { notes, nothing: _, ...found } = await evaluate(session, await evaluationInput(session, 'validation'));
  // Every validation finds the same; it is told once.
  for (const message of notes) if (!warned.has(message)) emit({ type: 'warning', message });
  for (const message of notes) warned.add(message);
  emit({ type: 'evaluated', role: 'validation', epoch, step: clock.step, ...found });
  return found;
}

/** Validation's metrics as `validation/accuracy`. */
function namedMetrics({ metrics: found }: Evaluation, settings: TrainSpec): Readonly<Record<string, number>> {
  const metrics = Object.fromEntries(Object.entries(found).map(([name, value]) => [`validation/${name}`, value]));
  if (settings.keepBest && !Object.hasOwn(metrics, settings.keepBest.metric))
    throw unknownMetric(settings.keepBest.metric, Object.keys(metrics));
  return metrics;
}

function requireValidation({ dataset, evaluators }: Session, { keepBest, validateEvery }: TrainSpec): void {
  if (!keepBest || (validateEvery > 0 && dataset.split('validation') && evaluators.length > 0)) return;
  const missing =
    validateEvery === 0
      ? 'train.validateEvery is 0'
      : evaluators.length === 0
        ? 'evaluate names no evaluator'
        : 'the data set has no validation split';
  throw new AblateError('SPEC_INVALID', `train.keepBest asks for the best ${keepBest.metric}, but ${missing}.`, {
    remedy: 'Validate, or leave train.keepBest out.',
  });
}

function unknownMetric(metric: string, names: readonly string[]): AblateError {
  return new AblateError(
    'SPEC_INVALID',
    `train.keepBest.metric: validation found no "${metric}". It found: ${names.join(', ')}.${didYouMean(metric, names) ? ` ${didYouMean(metric, names)}` : ''}`,
    { remedy: 'Name one of these.' },
  );
}
