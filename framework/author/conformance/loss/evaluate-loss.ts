import * as tf from '@tensorflow/tfjs';
import type { Scores } from '../../../contracts/head.ts';
import type { Loss, LossInput, LossNeeds } from '../../../contracts/loss.ts';
import { isUnconnected } from '../../../training/engine/unconnected-loss.ts';
import { HeldConstants } from '../../../math/ops/held-constants.ts';
import { cosineScores } from '../../../math/logits/cosine-scores.ts';
import { linearScores } from '../../../math/logits/linear-scores.ts';
import { columnTensor } from '../../../training/engine/seen-columns.ts';
import { noCapture } from '../../../math/ops/capture.ts';
import { viewName, type LossCase, type Matrix } from './loss-case.ts';

/** What a loss says of one input, in plain memory. */
export interface LossOutcome {
  readonly value: number;
  readonly parts: Readonly<Record<string, number>>;
  /** `[batch, columns]`, flat; absent where the loss has no logits. */
  readonly logits?: Float32Array;
  /**
   * d value / d `embedding`, `secondEmbedding`, `classWeights`, `bias` and each trainable parameter by its name, flat
   * in the input's shape; zeros where it does not depend on it.
   */
  readonly gradients: Readonly<Record<string, Float32Array>>;
  /** Whether the value depends on anything that could be trained, as TensorFlow.js sees it. */
  readonly connected: boolean;
}

/** The tensors of one input. `inputs` are variables, so that gradients can be asked for. */
interface Placed {
  readonly inputs: ReadonlyMap<string, tf.Variable>;
  readonly labels: tf.Tensor1D;
  readonly rows: tf.Tensor1D;
  readonly teacher?: tf.Tensor2D;
  /** Further views, which are among `inputs` too. */
  readonly views: readonly tf.Variable[];
  readonly averaged: readonly tf.Tensor2D[] | undefined;
  readonly projections: readonly tf.Tensor2D[] | undefined;
  readonly columns: Readonly<Record<string, tf.Tensor>>;
  readonly rowMargins: tf.Tensor1D | undefined;
  scores(): Scores | undefined;
}

const tensorOf = (matrix: Matrix): tf.Tensor2D => tf.tensor2d(matrix.values, [matrix.rows, matrix.columns]);

function place(input: LossCase, needs: LossNeeds): Placed {
  const inputs = new Map<string, tf.Variable>([['embedding', tf.variable(tensorOf(input.embedding))]]);
  if (needs.scores && input.classWeights) inputs.set('classWeights', tf.variable(tensorOf(input.classWeights)));
  if (needs.scores === 'linear' && input.bias) inputs.set('bias', tf.variable(tf.tensor1d(input.bias)));
  const further = (input.views ?? []).slice(0, (needs.views ?? 1) - 1);
  for (const [view, matrix] of further.entries()) inputs.set(viewName(view), tf.variable(tensorOf(matrix)));
  const sampled = input.sampledClasses;
  const columns = sampled && tf.tensor1d(sampled, 'int32');
  const target = tf.tensor1d(sampled ? input.labels.map((label) => sampled.indexOf(label)) : input.labels, 'int32');
  const inPlay = (name: string): tf.Tensor | undefined => {
    const whole = inputs.get(name);
    return whole && columns ? tf.gather(whole, columns) : whole;
  };
  return {
    inputs,
    labels: tf.tensor1d(input.labels, 'int32'),
    rows: tf.range(0, input.labels.length, 1, 'int32'),
    ...(needs.teacher && input.teacher && { teacher: tensorOf(input.teacher) }),
    views: further.map((_, view) => inputs.get(viewName(view))!),
    averaged: needs.averaged ? input.averaged?.map(tensorOf) : undefined,
    projections: input.projections?.map(tensorOf),
    columns: Object.fromEntries(
      Object.keys(needs.columns ?? {}).flatMap((name) => {
        const column = input.columns?.[name];
        return column ? [[name, columnTensor(column)]] : [];
      }),
    ),
    rowMargins: input.rowMargins && tf.tensor1d(input.rowMargins),
    scores() {
      const weights = inPlay('classWeights') as tf.Tensor2D | undefined;
      if (!weights) return undefined;
      const embedding = inputs.get('embedding') as tf.Tensor as tf.Tensor2D;
      if (needs.scores === 'cosine') return cosineScores(embedding, weights, target, needs.subCenters ?? 1);
      return linearScores(embedding, weights, target, inPlay('bias') as tf.Tensor1D | undefined);
    },
  };
}

function inputOf(placed: Placed, step: number): LossInput {
  const embedding = placed.inputs.get('embedding') as tf.Tensor as tf.Tensor2D;
  return {
    embedding,
    ...(placed.views.length > 0 && { views: [embedding, ...(placed.views as readonly tf.Tensor[] as tf.Tensor2D[])] }),
    ...(placed.averaged && { averaged: placed.averaged }),
    ...(placed.projections && { projections: placed.projections }),
    ...(Object.keys(placed.columns).length > 0 && { columns: placed.columns }),
    labels: placed.labels,
    rows: placed.rows,
    ...(placed.teacher && { teacher: placed.teacher }),
    scores: placed.scores(),
    ...(placed.rowMargins && { rowMargins: placed.rowMargins }),
    step,
  };
}

/**
 * Runs `body` on the input's tensors and disposes them and everything that `body` made, but for the tensors it returns.
 */
function withInput<T extends tf.TensorContainer>(input: LossCase, needs: LossNeeds, body: (placed: Placed) => T): T {
  let placed: Placed | undefined;
  try {
    return tf.tidy(() => {
      placed = place(input, needs);
      return body(placed);
    });
  } finally {
    for (const variable of placed?.inputs.values() ?? []) variable.dispose();
  }
}

/**
 * Computes a loss's value alone; with `held`, what the loss holds constant for the gradient stays as it was recorded.
 */
export async function valueOf(loss: Loss, input: LossCase, needs: LossNeeds, held?: HeldConstants): Promise<number> {
  const value = withInput(input, needs, (placed) => {
    const compute = (): tf.Scalar => loss.forward(inputOf(placed, input.step)).value;
    return held ? held.replay(compute) : compute();
  });
  const [number] = await value.data();
  value.dispose();
  return number!;
}

/** Keeps what the loss holds constant for the gradient at this input. */
export function heldConstantsOf(loss: Loss, input: LossCase, needs: LossNeeds): HeldConstants {
  const held = new HeldConstants();
  withInput(input, needs, (placed) => {
    held.record(() => loss.forward(inputOf(placed, input.step)));
    return [];
  });
  return held;
}

/** Computes value, parts, logits and gradients. */
export async function evaluateLoss(
  loss: Loss,
  input: LossCase,
  needs: LossNeeds,
  capture = noCapture,
): Promise<LossOutcome> {
  const trainable = loss.parameters.filter((parameter) => parameter.trainable);
  const compute = (placed: Placed) => {
    const variables = new Map([...placed.inputs, ...trainable.map(({ name, variable }) => [name, variable] as const)]);
    let parts: Readonly<Record<string, tf.Scalar>> = {};
    const differentiate = (): { value: tf.Scalar; grads: tf.NamedTensorMap } =>
      tf.variableGrads(() => {
        const output = loss.forward(inputOf(placed, input.step));
        parts = Object.fromEntries(
          Object.entries(output.parts ?? {}).map(([name, part]) => [name, tf.keep(tf.clone(part)) as tf.Scalar]),
        );
        return output.value;
      }, [...variables.values()]);
    const found = attempt(differentiate);
    const value = found?.value ?? loss.forward(inputOf(placed, input.step)).value;
    const gradients = Object.fromEntries(
      [...variables].map(([name, variable]) => [name, found?.grads[variable.name] ?? tf.zerosLike(variable)]),
    );
    const logits = loss.logits?.(inputOf(placed, input.step));
    return { value, parts, logits: logits ?? tf.tensor1d([]), gradients, connected: tf.scalar(found ? 1 : 0) };
  };
  const tensors = capture.run(() => withInput(input, needs, compute));
  const read = async (tensor: tf.Tensor): Promise<Float32Array> => (await tensor.data()).slice() as Float32Array;
  const readAll = async (named: Readonly<Record<string, tf.Tensor>>): Promise<Record<string, Float32Array>> =>
    Object.fromEntries(
      await Promise.all(Object.entries(named).map(async ([name, tensor]) => [name, await read(tensor)] as const)),
    );
  const outcome: LossOutcome = {
    value: (await read(tensors.value))[0]!,
    parts: Object.fromEntries(Object.entries(await readAll(tensors.parts)).map(([name, values]) => [name, values[0]!])),
    logits: loss.logits ? await read(tensors.logits) : undefined,
    gradients: await readAll(tensors.gradients),
    connected: (await read(tensors.connected))[0] === 1,
  };
  tf.dispose(tensors);
  return outcome;
}

/** TensorFlow.js throws where a value depends on no variable: undefined then. */
function attempt<T>(differentiate: () => T): T | undefined {
  try {
    return differentiate();
  } catch (error) {
    if (isUnconnected(error)) return undefined;
    throw error;
  }
}

/** Applies the loss's own update rule, once. */
export function updateLoss(loss: Loss, input: LossCase, needs: LossNeeds): void {
  withInput(input, needs, (placed) => {
    loss.update?.(inputOf(placed, input.step));
    return [];
  });
}
