import * as tf from '@tensorflow/tfjs';
import type { LossInput } from '../../contracts/loss.ts';
import { releaseInBackwardPass } from './release-in-backward-pass.ts';
import { inputTensors } from './joined-input.ts';
import type { Session } from './session.ts';
import { trainingShape } from './training-split.ts';
import { isUnconnected, unconnectedLoss } from './unconnected-loss.ts';

/** Images of a batch, in plain memory. */
export interface BatchData {
  /** Row-major `[batch, height, width, channels]`. */
  readonly pixels: Float32Array;
  readonly labels: Int32Array;
  /** Index of each in the training split. */
  readonly rows: Int32Array;
}

/** What a batch gives before anything changes; the caller disposes the tensors. */
export interface Differentiated {
  /** Of the losses and their parts, in the order of `numbers` after the first. */
  readonly names: readonly string[];
  /** The weighted sum, then each loss and its parts: `[1 + names]`. */
  readonly numbers: tf.Tensor1D;
  /** By the variable's name. */
  readonly gradients: tf.NamedTensorMap;
  /** What the losses saw. */
  readonly input: LossInput;
}

/**
 * Forward, losses and gradients of a batch.
 *
 * @param share factor of all numbers and gradients: the batch's part of a larger one's mean
 */
export function differentiate(
  { backbone, head, losses, groups, clock, dataset }: Session,
  batch: BatchData,
  share: number,
): Differentiated {
  return tf.tidy(() => {
    const images = tf.tensor4d(batch.pixels, [batch.labels.length, ...trainingShape(dataset)]);
    const labels = tf.tensor1d(batch.labels, 'int32');
    const rows = tf.tensor1d(batch.rows, 'int32');
    const mode = { training: true, step: clock.step };
    const names: string[] = [];
    const values: tf.Scalar[] = [];
    const note = (name: string, value: tf.Scalar): void => {
      names.push(name);
      values.push(tf.keep(value));
    };
    let input: LossInput | undefined;
    const variables = groups
      .filter(({ since }) => since <= clock.step)
      .flatMap(({ parameters }) => parameters.map(({ variable }) => variable));
    const total = (): tf.Scalar => {
      const embedding = backbone.forward(images, mode);
      const scores = head?.forward(embedding, labels, mode);
      input = { embedding, labels, rows, scores, step: clock.step };
      for (const tensor of inputTensors(input)) tf.keep(tensor);
      const terms = losses.map(({ name, loss, weight }) => {
        const output = loss.forward(input!);
        note(name, output.value);
        for (const [part, scalar] of Object.entries(output.parts ?? {})) note(`${name}/${part}`, scalar);
        const factor = weight() * share;
        return factor === 1 ? output.value : tf.mul(output.value, factor);
      });
      const sum = tf.addN(terms) as tf.Scalar;
      releaseInBackwardPass();
      return sum;
    };
    const { value, grads: gradients } = gradientsOf(
      total,
      variables,
      losses.map(({ name }) => name),
    );
    const shared = share === 1 ? values : values.map((scalar) => tf.mul(scalar, share));
    const numbers = tf.stack([value, ...shared]) as tf.Tensor1D;
    tf.dispose(values);
    return { names, numbers, gradients, input } as unknown as tf.TensorContainer;
  }) as unknown as Differentiated;
}

/** @throws AblateError PLUGIN_FAILED where none of the losses depends on a variable */
function gradientsOf(
  total: () => tf.Scalar,
  variables: tf.Variable[],
  names: readonly string[],
): ReturnType<typeof tf.variableGrads> {
  try {
    return tf.variableGrads(total, variables);
  } catch (cause) {
    throw isUnconnected(cause) ? unconnectedLoss(names, cause) : cause;
  }
}
