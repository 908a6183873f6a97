import * as tf from '@tensorflow/tfjs';
import { featureBytes } from '../engine/cached-features.ts';
import { compose } from '../engine/compose.ts';
import type { RunContext } from '../engine/run-context.ts';
import { microBatchCount } from '../../experiment/spec/micro-batch-count.ts';
import { heldMemory } from '../../base/system/held-memory.ts';
import { trainingShape } from '../engine/training-split.ts';
import type { Session } from '../engine/session.ts';
import type { RunSpec } from '../../experiment/spec/spec.ts';
import { tracedEvaluation } from './traced-evaluation.ts';
import { tracedStep } from './traced-step.ts';

/** What a run will hold in memory, in bytes. All but `device`, `program`, `data` and `features` scale with the spec's options. */
export interface MemoryEstimate {
  /** Node.js, the framework and the device's library, as measured here. */
  readonly program: number;
  /** What the data set keeps in memory, as measured here. */
  readonly data: number;
  /** Features of all images, where a frozen network's are kept. */
  readonly features: number;
  /** Weights and state of backbone, head and losses. */
  readonly parameters: number;
  /** Slots of the optimizers. */
  readonly slots: number;
  readonly gradients: number;
  /**
   * What the forward pass keeps for the gradient, and the gradient's own intermediates, of a batch or of one part of
   * it.
   */
  readonly activations: number;
  /** The batch under way and the one that loads meanwhile. */
  readonly batches: number;
  /** A checkpoint while it is written. */
  readonly checkpoint: number;
  /** Forward passes of evaluation. */
  readonly evaluation: number;
  /** Freed memory of steps that the allocator keeps, and that evaluation has no use for. */
  readonly kept: number;
  /** The most at any time: what stays, and the most of a step, a checkpoint and an evaluation. */
  readonly peak: number;
}

/** What an earlier estimate of the same process measured, which cannot be measured twice. */
export type KnownMemory = Pick<MemoryEstimate, 'program' | 'data'>;

/**
 * Composes the run, data and all, takes a few training steps on small batches with the device in use, and follows their
 * memory to the spec's own batch. Call it in a process that has done nothing else, or nothing but estimates of runs
 * with the same data set.
 *
 * @param known of the first of those estimates
 * @throws AblateError of whichever plugin cannot be made
 */
export async function estimateMemory(
  spec: RunSpec,
  runContext: RunContext,
  known?: KnownMemory,
): Promise<MemoryEstimate> {
  const [before, files] = [residentBytes(), fileBytes()];
  const session = await compose(spec, runContext);
  try {
    const data = Math.max(0, residentBytes() - before - (fileBytes() - files) - tf.memory().numBytes);
    return await estimated(session, spec, known ?? { program: before, data }, known ? undefined : codeBytes());
  } finally {
    await session.close();
  }
}

async function estimated(
  session: Session,
  { train }: RunSpec,
  { program: atFirst, data }: KnownMemory,
  codeBefore?: number,
): Promise<MemoryEstimate> {
  const parts = microBatchCount(train);
  const trained = session.groups.flatMap(({ parameters }) => parameters);
  const gradients = parameterBytes(trained);
  const { lasting, passing } = await tracedStep(session, Math.ceil(train.batch / parts), train);
  const evaluation = session.evaluators.length > 0 ? await tracedEvaluation(session) : 0;
  // Steps and evaluations bring in code of their own, which stays.
  const program = atFirst + (codeBefore === undefined ? 0 : Math.max(0, codeBytes() - codeBefore));
  const slots = parameterBytes(session.groups.flatMap(({ optimizer }) => optimizer.slots));
  const [height, width, channels] = trainingShape(session.dataset);
  // Filled when a split is first read, and not while the run was composed.
  const features = featureBytes(session.dataset);
  const batches = 2 * train.batch * height * width * channels * FLOAT;
  const activations = Math.max(0, passing - gradients);
  // Parts of a batch add their gradients up beside those of the part under way.
  const step = activations + gradients * (parts > 1 ? 2 : 1) + batches;
  const checkpoint = lasting;
  const kept = Math.min(step, evaluation, keptByAllocator);
  return {
    program,
    data,
    features,
    parameters: lasting - slots,
    slots,
    gradients,
    activations,
    batches,
    checkpoint,
    evaluation,
    kept,
    peak: program + data + features + lasting + kept + Math.max(step, checkpoint, evaluation),
  };
}

const FLOAT = 4;

/**
 * What glibc keeps of freed memory at its heap's end, twice the largest block that it takes from there: steps leave it
 * behind, and blocks of evaluation, of other sizes, do not fit in.
 */
const keptByAllocator = 64 * 2 ** 20;

/** Resident memory of this process. */
const residentBytes = (): number => process.memoryUsage.rss();

/** Pages of files in this process's memory: the code of Node.js and of the device's library, as far as it was run. */
const fileBytes = (): number => residentBytes() - heldMemory();

/** The same with the heap of the scripts. */
const codeBytes = (): number => fileBytes() + process.memoryUsage().heapTotal;

const parameterBytes = (parameters: readonly { readonly variable: tf.Variable }[]): number =>
  parameters.reduce((sum, { variable }) => sum + variable.size * FLOAT, 0);
