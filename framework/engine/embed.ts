import * as tf from '@tensorflow/tfjs';
import type { Split } from '../contracts/dataset.ts';
import type { EmbeddedSplit } from '../contracts/evaluator.ts';
import type { Session } from './session.ts';

/** Images a forward pass of evaluation takes at once. */
const evaluationBatch = 256;

/** A split through the backbone (and the head, for predictions), in the split's order; `mirrored`: each image flipped left to right. */
export async function embed(session: Pick<Session, 'backbone' | 'head' | 'dataset' | 'clock'>, split: Split, mirrored = false): Promise<EmbeddedSplit> {
  const { backbone, head, dataset, clock } = session;
  const embeddings = new Float32Array(split.length * backbone.dim);
  const predictions = head && new Int32Array(split.length);
  for (let begin = 0; begin < split.length; begin += evaluationBatch) {
    const indices = Int32Array.from({ length: Math.min(evaluationBatch, split.length - begin) }, (_, offset) => begin + offset);
    const pixels = await split.images(indices);
    const [embedded, predicted]: tf.Tensor[] = tf.tidy(() => {
      const images = tf.tensor4d(pixels, [indices.length, ...dataset.imageShape]);
      const embedding = backbone.forward(mirrored ? tf.reverse(images, 2) : images, { training: false, step: clock.step });
      return head ? [embedding, tf.argMax(head.classify(embedding), 1)] : [embedding];
    });
    embeddings.set(await embedded!.data<'float32'>(), begin * backbone.dim);
    if (predictions && predicted) predictions.set(await predicted.data<'int32'>(), begin);
    tf.dispose([embedded!, predicted ?? []]);
  }
  const source = split.source?.bind(split);
  return { role: split.role, dim: backbone.dim, embeddings, labels: split.labels, classNames: split.classNames, ...(predictions && { predictions }), ...(source && { source }) };
}
