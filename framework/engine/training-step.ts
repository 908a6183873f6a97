import * as tf from '@tensorflow/tfjs';
import type { LossInput } from '../contracts/loss.ts';
import type { GradientUpdate } from '../contracts/optimizer.ts';
import type { Parameter } from '../contracts/parameter.ts';
import { clipGradients } from './clip-gradients.ts';
import { largestGradients } from './largest-gradients.ts';
import { NonFiniteLoss } from './non-finite-loss.ts';
import type { Session } from './session.ts';

/** The numbers of one step. */
export interface StepResult {
  /** The weighted sum that was minimised. */
  readonly loss: number;
  /** `softmax`, `center`, … unweighted, and each loss's own parts as `magface/magnitude`. */
  readonly parts: Readonly<Record<string, number>>;
}

/** Images and labels of a batch, in plain memory. */
export interface BatchData {
  /** Row-major `[batch, height, width, channels]`. */
  readonly pixels: Float32Array;
  readonly labels: Int32Array;
}

/**
 * One step: forward, losses, gradients, optimisers, the losses' own update rules. Nothing else happens in it, and no tensor
 * is left behind.
 *
 * @throws NonFiniteLoss before anything has changed, where a loss is NaN or infinite
 */
export async function trainingStep(session: Session, batch: BatchData, clipGradientNorm: number | null): Promise<StepResult> {
  const { losses, groups, clock, schedule } = session;
  const { names, numbers, gradients, input } = differentiate(session, batch);
  try {
    // A GPU can be read only without blocking.
    const [loss, ...values] = await numbers.data<'float32'>();
    const result = { loss: loss!, parts: Object.fromEntries(names.map((name, index) => [name, values[index]!])) };
    const updatesOf = (parameters: readonly Parameter[]): GradientUpdate[] =>
      parameters.flatMap((parameter) => {
        const gradient = gradients[parameter.variable.name];
        return gradient ? [{ parameter, gradient }] : [];
      });
    if (![loss, ...values].every(Number.isFinite)) throw new NonFiniteLoss(clock.step, result, await largestGradients(updatesOf(groups.flatMap(({ parameters }) => parameters))));
    tf.tidy(() => {
      const factor = clipGradientNorm === null ? undefined : clipGradients(Object.values(gradients), clipGradientNorm);
      for (const { optimizer, parameters } of groups) {
        const updates = updatesOf(parameters);
        const clipped = factor ? updates.map(({ parameter, gradient }) => ({ parameter, gradient: tf.mul(gradient, factor) })) : updates;
        optimizer.apply(clipped, schedule.rate(clock), clock.step);
      }
      for (const { loss: rule } of losses) rule.update?.(input);
    });
    return result;
  } finally {
    tf.dispose([numbers, gradients, tensorsOf(input)]);
  }
}

/** What a batch gives before anything changes; the caller disposes the tensors. */
interface Differentiated {
  /** Of the losses and their parts, in the order of `numbers` after the first. */
  readonly names: readonly string[];
  /** The weighted sum, then each loss and its parts: `[1 + names]`. */
  readonly numbers: tf.Tensor1D;
  /** By the variable's name. */
  readonly gradients: tf.NamedTensorMap;
  readonly input: LossInput;
}

function differentiate({ backbone, head, losses, groups, clock, dataset }: Session, batch: BatchData): Differentiated {
  return tf.tidy(() => {
    const images = tf.tensor4d(batch.pixels, [batch.labels.length, ...dataset.imageShape]);
    const labels = tf.tensor1d(batch.labels, 'int32');
    const mode = { training: true, step: clock.step };
    const names: string[] = [];
    const values: tf.Scalar[] = [];
    const note = (name: string, value: tf.Scalar): void => {
      names.push(name);
      values.push(tf.keep(value));
    };
    let input: LossInput | undefined;
    const variables = groups.flatMap(({ parameters }) => parameters.map(({ variable }) => variable));
    const { value, grads: gradients } = tf.variableGrads(() => {
      const embedding = backbone.forward(images, mode);
      const scores = head?.forward(embedding, labels, mode);
      input = { embedding, labels, scores, step: clock.step };
      for (const tensor of tensorsOf(input)) tf.keep(tensor);
      const terms = losses.map(({ name, loss, weight }) => {
        const output = loss.forward(input!);
        note(name, output.value);
        for (const [part, scalar] of Object.entries(output.parts ?? {})) note(`${name}/${part}`, scalar);
        const factor = weight();
        return factor === 1 ? output.value : tf.mul(output.value, factor);
      });
      return tf.addN(terms) as tf.Scalar;
    }, variables);
    const numbers = tf.stack([value, ...values]) as tf.Tensor1D;
    tf.dispose(values);
    return { names, numbers, gradients, input } as unknown as tf.TensorContainer;
  }) as unknown as Differentiated;
}

/** What the update rules see after the optimisers' step, which the gradient's own tidy would have disposed. */
function tensorsOf({ embedding, labels, scores }: LossInput): tf.Tensor[] {
  const { values, target, bias, product } = scores ?? {};
  // A bias is the head's own variable and stays.
  return [embedding, labels, values, target, product, bias instanceof tf.Variable ? undefined : bias].filter((tensor) => tensor !== undefined);
}
