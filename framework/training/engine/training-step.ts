import * as tf from '@tensorflow/tfjs';
import type { LossInput } from '../../contracts/loss.ts';
import type { GradientUpdate } from '../../contracts/optimizer.ts';
import type { TrainSpec } from '../../experiment/spec/spec.ts';
import { clipByUnit, type UnitClipping } from './clip-by-unit.ts';
import { clipGradients } from './clip-gradients.ts';
import type { BatchData } from './batch-data.ts';
import { differentiate, type Differentiated } from './differentiate.ts';
import { differentiateExactly } from './differentiate-exactly.ts';
import { inputTensors, joinedInput } from './joined-input.ts';
import { largestGradients } from './largest-gradients.ts';
import { joinedLabels, microBatches } from './micro-batches.ts';
import { isExact, microBatchCount } from '../../experiment/spec/micro-batch-count.ts';
import { NonFiniteLoss } from './non-finite-loss.ts';
import { ownPlaces } from './over-ranks.ts';
import { sharedOverRanks } from './shared-over-ranks.ts';
import type { OptimizedGroup, Session } from './session.ts';

/** The numbers of one step. */
export interface StepResult {
  /** The weighted sum that was minimized. */
  readonly loss: number;
  /** `softmax`, `center`, … unweighted, and each loss's own parts as `magface/magnitude`. */
  readonly parts: Readonly<Record<string, number>>;
  /** Whether one of several ranks was told to stop when this step began; the same on all of them. */
  readonly stopping?: boolean;
}

/** A step that the device has been told to take, whose numbers have not been read yet. */
export interface StepUnderWay {
  /**
   * The step's numbers; frees what it held. Call it once. Read late, after the next step has begun, it never makes a
   * device wait.
   *
   * @throws NonFiniteLoss where a loss is NaN or infinite: whatever has been computed since is worthless and must not
   * be kept
   */
  result(): Promise<StepResult>;
}

/** What of `train:` a step obeys. */
export type StepSettings = Pick<TrainSpec, 'accumulate' | 'clipGradientNorm' | 'adaptiveClipping'>;

/**
 * Begins one step: forward, losses, gradients, optimizers, the losses' own update rules. Nothing else happens in it,
 * nothing waits for a number, and no tensor is left behind but what `result` frees.
 *
 * @param stopping whether this rank was told to stop
 */
export function beginStep(session: Session, batch: BatchData, settings: StepSettings, stopping = false): StepUnderWay {
  const { clipGradientNorm, adaptiveClipping } = settings;
  const { head, losses, clock, schedule, ranks } = session;
  const groups = trainedGroups(session);

  // classes sampled for this batch, by heads that do
  head?.begin?.(batch.mix ? Int32Array.of(...batch.labels, ...batch.mix.labels) : batch.labels, clock.step);

  // forward and backward, one micro-batch at a time
  const batches = microBatches(isExact(settings) ? ownPart(batch, ranks) : batch, microBatchCount(settings));
  const computeOwn = isExact(settings) ? differentiateExactly : accumulated;
  const compute = (): Differentiated =>
    ranks
      ? sharedOverRanks(session, ranks, stopping, () => computeOwn(session, batches, batch))
      : computeOwn(session, batches, batch);
  const { names, numbers, input, gradients: slopes } = compute();

  // the same where an optimizer looks ahead for its gradients, e.g. SAM (Foret et al., ICLR 2021, algorithm 1)
  const ahead = groups.some(({ optimizer }) => optimizer.perturb);
  const gradients = ahead ? perturbedGradients(session, compute, slopes) : slopes;
  const updates = groups.map((group) => updatesOf(group, gradients));
  try {
    tf.tidy(() => {
      // clip by unit, e.g. a channel; not heads and losses, whose last layer the paper leaves alone
      const bounded = adaptiveClipping ? updates.map((group) => boundedUnits(group, adaptiveClipping)) : updates;

      // clip by global norm
      const all = adaptiveClipping ? bounded.flat().map(({ gradient }) => gradient) : Object.values(gradients);
      const factor = clipGradientNorm === null ? undefined : clipGradients(all, clipGradientNorm);

      // optimizer step, group by group
      for (const [index, { optimizer, since }] of groups.entries()) {
        const clipped = factor
          ? bounded[index]!.map(({ parameter, gradient }) => ({ parameter, gradient: tf.mul(gradient, factor) }))
          : bounded[index]!;
        optimizer.apply(clipped, schedule.rate(clock), clock.step - since);
      }

      // update rules owned by losses, e.g. centers (Wen et al., ECCV 2016, eq. 4)
      for (const { loss } of losses) loss.update?.(input);
    });
  } catch (error) {
    tf.dispose([numbers, gradients]);
    throw error;
  } finally {
    tf.dispose(inputTensors(input));
  }

  // loss and parts, once they are asked for
  const { step } = clock;
  return {
    async result() {
      try {
        const [loss, ...values] = await numbers.data<'float32'>();
        const result = { loss: loss!, parts: Object.fromEntries(names.map((name, index) => [name, values[index]!])) };
        if (![loss, ...values].every(Number.isFinite))
          throw new NonFiniteLoss(step, result, await largestGradients(updates.flat()));
        return ranks ? { ...result, stopping: values[names.length]! > 0 } : result;
      } finally {
        tf.dispose([numbers, gradients]);
      }
    },
  };
}

/** Computes a step from its beginning to its numbers. */
export const trainingStep = (session: Session, batch: BatchData, settings: StepSettings): Promise<StepResult> =>
  beginStep(session, batch, settings).result();

/**
 * Numbers and gradients of micro-batches, each by its share of the batch's images, added up; the activations of one at
 * a time.
 */
function accumulated(session: Session, batches: readonly BatchData[]): Differentiated {
  if (batches.length === 1) return differentiate(session, batches[0]!, 1);
  const images = batches.reduce((sum, { labels }) => sum + labels.length, 0);
  let total: Omit<Differentiated, 'input'> | undefined;
  const inputs: LossInput[] = [];
  for (const batch of batches) {
    const { input, ...found } = differentiate(session, batch, batch.labels.length / images);
    inputs.push(input);
    total = total ? sum(total, found) : found;
  }
  const input = joinedInput(inputs, joinedLabels(batches));
  tf.dispose(inputs.map(inputTensors));
  return { ...total!, input };
}

/** A rank's images with their own labels. */
function ownPart(batch: BatchData, ranks: Session['ranks']): BatchData {
  if (!ranks) return batch;
  const places = ownPlaces(batch.labels.length, 1, ranks);
  const own = (of: Int32Array): Int32Array => Int32Array.from(places, (place) => of[place]!);
  return { ...batch, labels: own(batch.labels), rows: own(batch.rows) };
}

/** The groups that the clock's step trains. */
const trainedGroups = ({ groups, clock }: Session): readonly OptimizedGroup[] =>
  groups.filter(({ since }) => since <= clock.step);

/** The gradients of a group's parameters. */
function updatesOf({ parameters }: OptimizedGroup, gradients: tf.NamedTensorMap): GradientUpdate[] {
  return parameters.flatMap((parameter) => {
    const gradient = gradients[parameter.variable.name];
    return gradient ? [{ parameter, gradient }] : [];
  });
}

/** The backbone's gradients cut unit by unit, the others as they are. */
const boundedUnits = (group: readonly GradientUpdate[], clipping: UnitClipping): GradientUpdate[] =>
  group.map(({ parameter, gradient }) => ({
    parameter,
    gradient: parameter.name.startsWith('backbone/') ? clipByUnit(gradient, parameter.variable, clipping) : gradient,
  }));

/**
 * Gradients at the point to which the optimizers move by those at the weights, which are taken over. What a forward
 * pass changes (running statistics) stays as the first pass left it.
 */
function perturbedGradients(
  session: Session,
  compute: () => Differentiated,
  slopes: tf.NamedTensorMap,
): tf.NamedTensorMap {
  const state = session.backbone.parameters.filter(({ trainable }) => !trainable);
  const kept = state.map(({ variable }) => tf.clone(variable));
  try {
    for (const group of trainedGroups(session)) group.optimizer.perturb?.(updatesOf(group, slopes));
    const { gradients, numbers, input } = compute();
    for (const [index, { variable }] of state.entries()) variable.assign(kept[index]!);
    tf.dispose([numbers, inputTensors(input)]);
    return gradients;
  } finally {
    tf.dispose([slopes, kept]);
  }
}

/** Adds and takes over two. */
function sum(one: Omit<Differentiated, 'input'>, other: Omit<Differentiated, 'input'>): Omit<Differentiated, 'input'> {
  const numbers: tf.Tensor1D = tf.add(one.numbers, other.numbers);
  const gradients: tf.NamedTensorMap = {};
  for (const name of Object.keys({ ...one.gradients, ...other.gradients })) {
    const [mine, more] = [one.gradients[name], other.gradients[name]];
    gradients[name] = mine && more ? tf.add(mine, more) : (mine ?? more)!;
    if (mine && more) tf.dispose([mine, more]);
  }
  tf.dispose([one.numbers, other.numbers]);
  return { names: one.names, numbers, gradients };
}
