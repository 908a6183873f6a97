import * as tf from '@tensorflow/tfjs';
import { evaluationBatch } from '../engine/embed.ts';
import type { Session } from '../engine/session.ts';
import { largestAt, type Measured } from './extrapolate.ts';
import { liveBytes } from './live-bytes.ts';

/**
 * Estimates the bytes on top of the parameters at the worst moment of an evaluation's forward pass, followed from small
 * batches to those of evaluation.
 */
export async function tracedEvaluation({ backbone, head, dataset }: Session): Promise<number> {
  const longest = Math.max(
    ...(['validation', 'test', 'gallery', 'probe', 'distractors', 'pairs'] as const).map(
      (role) => dataset.split(role)?.length ?? 0,
    ),
  );
  const lasting = tf.memory().numBytes;
  const measured: Measured[] = [];
  for (const size of [2, 3]) {
    const values = await liveBytes(async () =>
      tf.tidy(() => {
        const embedding = backbone.forward(tf.zeros([size, ...dataset.imageShape]) as tf.Tensor4D, {
          training: false,
          step: 0,
        });
        if (head) tf.argMax(head.classify(embedding), 1);
      }),
    );
    measured.push({ size, values: values.map((value) => value - lasting) });
  }
  return largestAt(Math.min(evaluationBatch, longest), measured);
}
