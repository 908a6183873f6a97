import * as tf from '@tensorflow/tfjs';
import { NonFiniteLoss } from '../engine/non-finite-loss.ts';
import { trainingStep, type StepSettings } from '../engine/training-step.ts';
import { trainingShape } from '../engine/training-split.ts';
import type { Session } from '../engine/session.ts';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { largestAt, type Measured } from './extrapolate.ts';
import { liveBytes } from './live-bytes.ts';

/** Sizes of the batches that are tried, in classes' worth of images. */
const tried = [2, 3, 4, 5];

/** What a training step needs of the device. */
export interface StepBytes {
  /** Weights, state, optimizer slots: there between steps. */
  readonly lasting: number;
  /** On top of that at the worst moment of a step: images, activations, gradients. */
  readonly passing: number;
}

/**
 * Takes real training steps on small batches of random images and follows each moment of them to the batch asked for.
 * The session's weights change, so it is good for nothing else afterwards.
 *
 * @param images a batch, or one part of it where `train.accumulate` cuts it
 */
export async function tracedStep(session: Session, images: number, settings: StepSettings): Promise<StepBytes> {
  // Nothing takes more than a step that trains everything.
  session.clock.step = Math.min(session.thawed, session.clock.steps - 1);
  const indices = session.sampler.batch(0, 0);
  const labels = Int32Array.from(indices, (index) => session.train.labels[index]!);
  // A sampler that puts several images of a class side by side is followed in whole classes, since pair losses need
  // them.
  const unit = Math.max(
    1,
    labels.findIndex((label) => label !== labels[0]),
  );
  const sizes = tried.map((count) => count * unit).filter((size) => size <= Math.min(images, labels.length));
  const whole = sizes.length < 2;
  const measured: Measured[] = [];
  await step(session, labels.slice(0, whole ? images : sizes[0]), settings);
  const lasting = tf.memory().numBytes;
  for (const size of whole ? [images] : sizes) {
    const values = await liveBytes(() => step(session, labels.slice(0, size), settings));
    measured.push({ size, values: values.map((value) => value - lasting) });
  }
  return { lasting, passing: whole ? Math.max(...measured[0]!.values) : largestAt(images, measured) };
}

/** One step on random images; a loss that random images drive to infinity has taken its memory all the same. */
async function step(session: Session, labels: Int32Array, settings: StepSettings): Promise<void> {
  const random = new RandomStreams(1).stream('memory/images');
  const [height, width, channels] = trainingShape(session.dataset);
  const pixels = Float32Array.from({ length: labels.length * height * width * channels }, () => random.between(-1, 1));
  const rows = Int32Array.from(labels.keys());
  const views = Array.from({ length: session.views - 1 }, () => pixels);
  const mix = session.mixer && { labels: labels.toReversed(), share: 0.5, embeddings: true };
  await trainingStep(
    session,
    { pixels, ...(views.length > 0 && { views }), ...(mix && { mix }), labels, rows },
    { ...settings, accumulate: 1 },
  ).catch((error: unknown) => {
    if (!(error instanceof NonFiniteLoss)) throw error;
  });
}
