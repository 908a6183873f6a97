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
export function trainingStep(session: Session, batch: BatchData, clipGradientNorm: number | null): StepResult {
  const { backbone, head, losses, groups, clock, dataset, schedule } = session;
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
    const trainable = groups.flatMap(({ parameters }) => parameters);
    const { value, grads } = tf.variableGrads(() => {
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
    }, trainable.map(({ variable }) => variable));

    const numbers = tf.stack([value, ...values]).dataSync();
    const result = { loss: numbers[0]!, parts: Object.fromEntries(names.map((name, index) => [name, numbers[index + 1]!])) };
    const updatesOf = (parameters: readonly Parameter[]): GradientUpdate[] =>
      parameters.flatMap((parameter) => {
        const gradient = grads[parameter.variable.name];
        return gradient ? [{ parameter, gradient }] : [];
      });
    const release = (): void => {
      tf.dispose([values, tensorsOf(input!)]);
    };
    if (!numbers.every(Number.isFinite)) {
      const largest = largestGradients(updatesOf(trainable));
      release();
      throw new NonFiniteLoss(clock.step, result, largest);
    }
    const factor = clipGradientNorm === null ? undefined : clipGradients(Object.values(grads), clipGradientNorm);
    for (const { optimizer, parameters } of groups) {
      const updates = updatesOf(parameters);
      const clipped = factor ? updates.map(({ parameter, gradient }) => ({ parameter, gradient: tf.mul(gradient, factor) })) : updates;
      optimizer.apply(clipped, schedule.rate(clock), clock.step);
    }
    for (const { loss } of losses) loss.update?.(input!);
    release();
    return result as unknown as tf.TensorContainer;
  }) as unknown as StepResult;
}

/** What the update rules see after the optimisers' step, which the gradient's own tidy would have disposed. */
function tensorsOf({ embedding, labels, scores }: LossInput): tf.Tensor[] {
  const { values, target, bias, product } = scores ?? {};
  // A bias is the head's own variable and stays.
  return [embedding, labels, values, target, product, bias instanceof tf.Variable ? undefined : bias].filter((tensor) => tensor !== undefined);
}
