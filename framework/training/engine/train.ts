import type { PastValidation } from '../../contracts/schedule.ts';
import type { Evaluation } from '../../contracts/evaluator.ts';
import type { TrainSpec } from '../../experiment/spec/spec.ts';
import type { Checkpoint, CheckpointStore, TrainingPosition } from '../../contracts/checkpoint.ts';
import { DrawCounter } from './draw-counter.ts';
import { isOutOfPatience } from './is-out-of-patience.ts';
import { EpochSums } from './epoch-sums.ts';
import { evaluate } from './evaluate.ts';
import { evaluationInput } from './evaluation-input.ts';
import { LeakWatch } from './leak-watch.ts';
import { checkpointTensors, restore } from './restore.ts';
import type { RunListener, RunStatus } from '../../contracts/run-event.ts';
import type { Session } from './session.ts';
import { noSpans, type Spans } from './spans.ts';
import { isWorthCapture, newCapture, noCapture, type Capture } from '../../math/ops/capture.ts';
import { trainingBatch } from './training-batch.ts';
import { beginStep } from './training-step.ts';
import { requireFound, requireValidation, watchedMetrics } from './watched-metrics.ts';
import { withCountingWeights } from './weight-average.ts';
import { PendingSteps } from './pending-steps.ts';
import { fromFirst } from './over-ranks.ts';
import { requireSameWeights } from './require-same-weights.ts';
import type { BatchData } from './batch-data.ts';
import { lossBatchCount } from '../../experiment/spec/micro-batch-count.ts';

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
  const told: StopRequest = { stopping: false };
  const sums = new EpochSums(task.resume?.position.epochSums);
  const capture = stepCapture(session, task);
  const unread = new PendingSteps((event, stopping) => {
    told.stopping ||= stopping;
    task.emit(event);
    sums.add({ loss: event.loss, ...event.parts }, event.images);
  });
  try {
    return await takeSteps(session, task, { sums, unread, told, capture });
  } catch (error) {
    // What failed may have failed because of the step before, whose numbers then tell.
    await unread.read();
    throw error;
  } finally {
    capture.dispose();
  }
}

/** Whether one of several ranks is to stop: known to all after the same step. */
interface StopRequest {
  stopping: boolean;
}

/**
 * Captures the steps of a run that has enough to come; a listener to their time wants each operation by itself, and
 * ranks wait for one another within a step.
 */
function stepCapture({ clock, ranks }: Session, { spans = noSpans, resume }: TrainingTask): Capture {
  const steps = clock.steps - (resume?.position.step ?? clock.step);
  return spans === noSpans && !ranks && isWorthCapture(steps) ? newCapture() : noCapture;
}

/** What steps are taken with. */
interface StepTools {
  readonly sums: EpochSums;
  readonly unread: PendingSteps;
  readonly told: StopRequest;
  readonly capture: Capture;
}

/** What the last validation found, and after which step. */
interface Validated {
  readonly step: number;
  readonly metrics?: TrainingPosition['metrics'];
}

async function takeSteps(
  session: Session,
  task: TrainingTask,
  { sums, unread, told, capture }: StepTools,
): Promise<RunStatus> {
  const { clock, sampler, ranks } = session;
  const { emit, signal, train: settings, spans = noSpans } = task;

  // continue from the checkpoint
  if (task.resume) {
    await restore(session.parameters, task.resume);
    clock.step = task.resume.position.step;
    clock.validations = task.resume.position.validations ?? [];
  }
  await requireSameWeights(session.parameters, ranks);
  // A process that died just after this checkpoint has been as far as it was to go, and did not live to say so.
  if (task.resume && task.until !== undefined && clock.epoch >= task.until && clock.step < clock.steps)
    return 'interrupted';
  let validated: Validated = { step: clock.step, metrics: task.resume?.position.metrics };
  const checkpoint = (): Promise<void> => writeCheckpoint(session, task, sums, validated);

  const leaks = new LeakWatch();
  const warned = new Set<string>();
  const draws = new DrawCounter(sampler);
  const read = (step: number): Promise<BatchData> =>
    trainingBatch(session, draws, step, spans, lossBatchCount(settings));
  let next = clock.step < clock.steps ? read(clock.step) : undefined;
  let epochStarted = performance.now();
  while (clock.step < clock.steps && !isOutOfPatience(settings, clock.validations)) {
    // interrupted: everything up to the last step goes into a checkpoint
    if (ranks ? told.stopping : signal.aborted) {
      next?.catch(() => undefined);
      await unread.read();
      await checkpoint();
      return 'interrupted';
    }

    // this step's batch; the one after it loads while this one trains, and its failure is met when its turn comes
    const batch = await next!;
    next = clock.step + 1 < clock.steps ? read(clock.step + 1) : undefined;
    next?.catch(() => undefined);

    // forward, backward and update; the numbers of the step before are read, so that the device has work meanwhile
    const rate = session.schedule.rate(clock);
    const began = performance.now();
    const step = spans.during('steps', `step ${clock.step}`, () =>
      capture.run(() => beginStep(session, batch, settings, signal.aborted)),
    );
    unread.add(step, {
      step: clock.step,
      epoch: Math.floor(clock.epoch),
      rate,
      milliseconds: performance.now() - began,
      images: batch.labels.length,
    });
    await unread.read(1);
    clock.step++;
    session.average?.update(clock.step);
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
    const metrics = found && namedMetrics(found);
    if (metrics) {
      remember(session, settings, epoch, metrics);
      validated = { step: clock.step, metrics };
    }
    await task.afterEpoch?.(epoch, found);

    // checkpoint
    const done = clock.step >= clock.steps || isOutOfPatience(settings, clock.validations);
    const paused = task.until !== undefined && epoch >= task.until && !done;
    const last = paused || done;
    if (isCheckpointDue(settings, { epoch, last, validated: metrics !== undefined })) await checkpoint();
    if (paused) {
      next?.catch(() => undefined);
      return 'interrupted';
    }
    epochStarted = performance.now();
  }
  next?.catch(() => undefined);
  if (clock.step < clock.steps) emit({ type: 'warning', message: outOfPatience(settings, clock.epoch) });
  return 'finished';
}

const outOfPatience = ({ patience, keepBest }: TrainSpec, epoch: number): string =>
  `Training ends after epoch ${Math.ceil(epoch)}: ${keepBest!.metric} was no better in ${patience} validations.`;

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
  { clock, parameters, ranks }: Session,
  { checkpoints, emit }: TrainingTask,
  sums: EpochSums,
  validated: Validated,
): Promise<void> {
  await requireSameWeights(parameters, ranks);
  const metrics = validated.step === clock.step ? validated.metrics : undefined;
  const written = await checkpoints.write(
    {
      step: clock.step,
      epochSums: sums.state(),
      ...(metrics && { metrics }),
      ...(clock.validations.length > 0 && { validations: clock.validations }),
    },
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
  // Rank 0 measures; the others hear what it found.
  if (session.ranks && session.ranks.rank > 0)
    return { metrics: await fromFirst<Evaluation['metrics']>({}, session.ranks), intervals: {}, curves: {} };
  const {
    notes,
    nothing: _,
    ...found
  } = await withCountingWeights(session, async () => evaluate(session, await evaluationInput(session, 'validation')));
  await fromFirst(found.metrics, session.ranks);
  // Every validation finds the same; it is reported once.
  for (const message of notes) if (!warned.has(message)) emit({ type: 'warning', message });
  for (const message of notes) warned.add(message);
  emit({ type: 'evaluated', role: 'validation', epoch, step: clock.step, ...found });
  return found;
}

/** Validation's metrics as `validation/accuracy`. */
const namedMetrics = ({ metrics }: Evaluation): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`validation/${name}`, value]));

/** Adds what the schedule and patience depend on to the history; a validation before a pause is none of the plan's. */
function remember(
  { clock, schedule }: Session,
  settings: TrainSpec,
  epoch: number,
  metrics: PastValidation['metrics'],
): void {
  const watched = watchedMetrics({ schedule }, settings);
  requireFound(watched, metrics);
  if (watched.length === 0 || (epoch % settings.validateEvery !== 0 && clock.step < clock.steps)) return;
  const found = Object.fromEntries(watched.map(({ metric }) => [metric, metrics[metric]!]));
  clock.validations = [...clock.validations, { step: clock.step, metrics: found }];
}
