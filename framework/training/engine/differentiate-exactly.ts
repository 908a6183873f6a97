import * as tf from '@tensorflow/tfjs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { BatchData } from './batch-data.ts';
import { byAveragedNet, differentiateLosses, gradientsOf, type Differentiated } from './differentiate.ts';
import { gatherRows, trainingMode } from './over-ranks.ts';
import { releaseInBackwardPass } from './release-in-backward-pass.ts';
import type { Session } from './session.ts';
import { trainingShape } from './training-split.ts';

/**
 * Computes forward pass, losses and gradients of a batch that comes in parts, as if it had come whole (GradCache, Gao
 * et al., RepL4NLP 2021, section 3.2): the embeddings of all parts without their activations, the losses of the whole
 * batch with the gradient in the embeddings, then each part once more, with the gradient that its embeddings pass on.
 * What a layer draws depends on the step alone, so both passes draw the same; batch normalization takes the statistics
 * of each part.
 *
 * @param whole the batch that the parts make up, those of other ranks with them
 */
export function differentiateExactly(
  session: Session,
  parts: readonly BatchData[],
  whole: Pick<BatchData, 'labels' | 'rows'>,
): Differentiated {
  if (parts.some(({ mix }) => mix))
    throw new AblateError('SPEC_INVALID', 'train.accumulate.exact: mixed images are not computed in exact parts.', {
      remedy: 'Take the mixing out of augment, or write accumulate: 4 for parts by themselves.',
    });
  const { backbone, clock, groups, ranks } = session;
  const mode = trainingMode(session);
  const forward = ({ pixels, views = [], labels }: BatchData): tf.Tensor2D[] =>
    [pixels, ...views].map((images) =>
      backbone.forward(tf.tensor4d(images, [labels.length, ...trainingShape(session.dataset)]), mode),
    );
  const own = new Set(backbone.parameters.map(({ variable }) => variable.name));
  const trained = groups.filter(({ since }) => since <= clock.step).flatMap(({ parameters }) => parameters);
  const variables = trained.map(({ variable }) => variable);
  const ofBackbone = variables.filter(({ name }) => own.has(name));

  const embeddings = embeddingsOf(session, parts, forward);
  const averaged = byAveragedNet(session, () => joinedEmbeddings(session, parts, forward));
  const { gradients: total, ...found } = differentiateLosses(
    session,
    whole,
    { views: embeddings, averaged },
    variables.filter(({ name }) => !own.has(name)),
  );
  const slopes = embeddings.map((view) => total[view.name] ?? tf.zerosLike(view));
  for (const { name } of embeddings) delete total[name];
  tf.dispose(embeddings);
  let begin = (ranks?.rank ?? 0) * (whole.labels.length / (ranks?.size ?? 1));
  for (const part of ofBackbone.length > 0 ? parts : []) {
    const count = part.labels.length;
    const passedOn = (): tf.Scalar => {
      const terms = forward(part).map((view, index) => tf.sum(tf.mul(view, tf.slice(slopes[index]!, begin, count))));
      releaseInBackwardPass();
      return tf.addN(terms) as tf.Scalar;
    };
    const names = session.losses.map(({ name }) => name);
    addTo(
      total,
      tf.tidy(() => gradientsOf(passedOn, ofBackbone, names).grads),
    );
    begin += count;
  }
  tf.dispose(slopes);
  return { ...found, gradients: total };
}

/**
 * The embeddings of all parts, `[batch, dim]` a view; running statistics stay as they were, for the pass that counts.
 */
function embeddingsOf(
  session: Session,
  parts: readonly BatchData[],
  forward: (part: BatchData) => tf.Tensor2D[],
): tf.Variable<tf.Rank.R2>[] {
  const state = session.backbone.parameters.filter(({ trainable }) => !trainable);
  const kept = state.map(({ variable }) => tf.clone(variable));
  const views = joinedEmbeddings(session, parts, forward);
  for (const [index, { variable }] of state.entries()) variable.assign(kept[index]!);
  const variables = views.map((view) => tf.variable(view));
  tf.dispose([...views, ...kept]);
  return variables;
}

/** The embeddings of all parts, `[batch, dim]` a view, the activations of one part at a time. */
function joinedEmbeddings(
  { ranks }: Session,
  parts: readonly BatchData[],
  forward: (part: BatchData) => tf.Tensor2D[],
): tf.Tensor2D[] {
  const ofParts = parts.map((part) => tf.tidy(() => forward(part)));
  const views = ofParts[0]!.map((_, view) =>
    tf.tidy(() => gatherRows(tf.concat(ofParts.map((part) => part[view]!)), ranks)),
  );
  tf.dispose(ofParts);
  return views;
}

/** Adds gradients to those that there are, and takes them over. */
function addTo(total: tf.NamedTensorMap, more: tf.NamedTensorMap): void {
  for (const [name, gradient] of Object.entries(more)) {
    const before = total[name];
    total[name] = before ? tf.add(before, gradient) : gradient;
    if (before) tf.dispose([before, gradient]);
  }
}
