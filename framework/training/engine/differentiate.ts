import * as tf from '@tensorflow/tfjs';
import type { Loss, LossInput, LossOutput } from '../../contracts/loss.ts';
import type { BatchData, BatchMix } from './batch-data.ts';
import { releaseInBackwardPass } from './release-in-backward-pass.ts';
import { inputTensors } from './joined-input.ts';
import { gatherRows, trainingMode } from './over-ranks.ts';
import type { Session } from './session.ts';
import { trainingShape } from './training-split.ts';
import { isUnconnected, unconnectedLoss } from './unconnected-loss.ts';

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
 * Computes forward pass, losses and gradients of a batch.
 *
 * @param share factor of all numbers and gradients: the batch's part of a larger one's mean
 */
export function differentiate(session: Session, batch: BatchData, share: number): Differentiated {
  const { backbone, groups, clock, dataset, ranks } = session;
  return tf.tidy(() => {
    const { mix } = batch;
    const count = batch.labels.length / (ranks?.size ?? 1);
    const shape: [number, number, number, number] = [count, ...trainingShape(dataset)];
    const views = [batch.pixels, ...(batch.views ?? [])].map((pixels) => tf.tensor4d(pixels, shape));
    const mode = trainingMode(session);
    const variables = groups
      .filter(({ since }) => since <= clock.step)
      .flatMap(({ parameters }) => parameters.map(({ variable }) => variable));
    // every view by itself, so that batch normalization sees one view at a time
    const embedView = (images: tf.Tensor4D): tf.Tensor2D =>
      mixedEmbedding(gatherRows(backbone.forward(images, mode), ranks), mix);
    const averaged = byAveragedNet(session, () => views.map((images) => tf.tidy(() => embedView(images))));
    const given = { embed: () => views.map(embedView), averaged };
    return differentiated(session, batch, given, { variables, share }) as unknown as tf.TensorContainer;
  }) as unknown as Differentiated;
}

/**
 * Computes the losses of a batch and their gradients in its embeddings and in the parameters of head and losses.
 *
 * @param views embeddings `[batch, dim]` of each view; their gradients stand under their names
 * @param averaged those of the averaged net, which the result's `input` takes over
 */
export function differentiateLosses(
  session: Session,
  batch: Pick<BatchData, 'labels' | 'rows'>,
  { views, averaged }: { readonly views: readonly tf.Variable<tf.Rank.R2>[]; readonly averaged: Averaged },
  variables: readonly tf.Variable[],
): Differentiated {
  return tf.tidy(() => {
    // What the losses saw outlives the variables.
    const embed = (): tf.Tensor2D[] => views.map((view) => tf.clone(view) as tf.Tensor2D);
    const to = { variables: [...(views as unknown as tf.Variable[]), ...variables], share: 1 };
    return differentiated(session, batch, { embed, averaged }, to) as unknown as tf.TensorContainer;
  }) as unknown as Differentiated;
}

/** The embeddings of each view by the averaged net; undefined where no loss needs them. */
type Averaged = readonly tf.Tensor2D[] | undefined;

/** Computes what `embed` gives with the averages in place of the weights, where a loss needs it. */
export function byAveragedNet({ losses, average }: Session, embed: () => tf.Tensor2D[]): Averaged {
  return losses.some(({ needs }) => needs.averaged) ? average!.atOnce(embed) : undefined;
}

function differentiated(
  { head, losses, clock }: Session,
  batch: Pick<BatchData, 'labels' | 'rows' | 'mix'>,
  { embed, averaged }: { readonly embed: () => tf.Tensor2D[]; readonly averaged: Averaged },
  { variables, share }: { readonly variables: tf.Variable[]; readonly share: number },
): Differentiated {
  const { mix } = batch;
  const labels = tf.tensor1d(batch.labels, 'int32');
  const others = mix && tf.tensor1d(mix.labels, 'int32');
  const rows = tf.tensor1d(batch.rows, 'int32');
  const mode = { training: true, step: clock.step };
  const names: string[] = [];
  const values: tf.Scalar[] = [];
  const note = (name: string, value: tf.Scalar): void => {
    names.push(name);
    values.push(tf.keep(value));
  };
  let input: LossInput | undefined;
  const total = (): tf.Scalar => {
    const embeddings = embed();
    const embedding = embeddings[0]!;
    const scores = head?.forward(embedding, labels, mode);
    const views = embeddings.length > 1 ? embeddings : undefined;
    input = {
      embedding,
      labels,
      rows,
      scores,
      step: clock.step,
      ...(views && { views }),
      ...(averaged && { averaged }),
    };
    for (const tensor of inputTensors(input)) tf.keep(tensor);
    const mixed = others && { ...input, labels: others, scores: head?.forward(embedding, others, mode) };
    const terms = losses.map(({ name, loss, needs, weight }) => {
      const seen = { ...input!, views: needs.views ? views : undefined };
      // λ · loss(one label) + (1 − λ) · loss(the other), of losses that know labels by scores
      const output = mixed && needs.scores ? sharedOutput(loss, seen, mixed, mix!.share) : loss.forward(seen);
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
  return { names, numbers, gradients, input: input! };
}

/** @throws AblateError PLUGIN_FAILED where none of the losses depends on a variable */
/**
 * Computes a value and its gradients in the variables; where no gradient reaches them, an `AblateError` that names the
 * losses.
 */
export function gradientsOf(
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

/** λ of each embedding and 1 − λ of that of its partner, where embeddings are mixed. */
function mixedEmbedding(embedding: tf.Tensor2D, mix: BatchMix | undefined): tf.Tensor2D {
  if (!mix?.embeddings) return embedding;
  return tf.add(tf.mul(embedding, mix.share), tf.mul(tf.reverse(embedding, 0), 1 - mix.share));
}

/** What a loss gives of a batch of two labels a row, each by its share (Zhang et al., ICLR 2018). */
function sharedOutput(loss: Loss, one: LossInput, other: LossInput, share: number): LossOutput {
  const [first, second] = [loss.forward(one), loss.forward(other)];
  const shared = (a: tf.Scalar, b: tf.Scalar): tf.Scalar => tf.add(tf.mul(a, share), tf.mul(b, 1 - share));
  return {
    value: shared(first.value, second.value),
    parts: Object.fromEntries(
      Object.entries(first.parts ?? {}).map(([name, part]) => [name, shared(part, second.parts![name]!)]),
    ),
  };
}
