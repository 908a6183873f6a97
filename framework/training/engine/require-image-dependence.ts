import * as tf from '@tensorflow/tfjs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { TrainSpec } from '../../experiment/spec/spec.ts';
import { microBatchCount } from '../../experiment/spec/micro-batch-count.ts';
import type { Session } from './session.ts';
import { trainingShape } from './training-split.ts';

/**
 * Refuses a backbone that gives all images one embedding in training because it sees them one at a time: batch
 * normalization over a single value of each channel leaves nothing of the value. Asks the backbone itself, with two
 * images, where a batch or a part of one has one image.
 *
 * @throws AblateError SPEC_INVALID
 */
export async function requireImageDependence(
  { backbone, dataset }: Pick<Session, 'backbone' | 'dataset'>,
  train: Pick<TrainSpec, 'batch' | 'accumulate'>,
): Promise<void> {
  const parts = microBatchCount(train);
  if (Math.floor(train.batch / parts) > 1) return;
  const shape = trainingShape(dataset);
  const size = shape.reduce((product, side) => product * side, 1);
  const state = backbone.parameters
    .filter(({ trainable }) => !trainable)
    .map(({ variable }) => ({ variable, before: variable.clone() }));
  const difference = tf.tidy(() => {
    const ramp = tf.linspace(-1, 1, size);
    const embed = (image: tf.Tensor): tf.Tensor =>
      backbone.forward(tf.reshape(image, [1, ...shape]), { training: true, step: 0 });
    return tf.any(tf.notEqual(embed(ramp), embed(tf.neg(ramp))));
  });
  for (const { variable, before } of state) {
    variable.assign(before);
    before.dispose();
  }
  const [differs] = await difference.data();
  difference.dispose();
  if (differs) return;
  const seen = parts > 1 ? `the ${train.batch} images of a batch in ${parts} parts` : 'batches';
  const effect =
    'in training gives all images the same embedding: batch normalization over one value leaves nothing of it';
  throw new AblateError('SPEC_INVALID', `The backbone sees ${seen} of one image, and ${effect}.`, {
    remedy:
      parts > 1
        ? 'Lower train.accumulate, or raise train.batch.'
        : 'Set train.batch to 2 or more, or take the batch normalization of the embedding away.',
  });
}
