import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Parameter } from '../../contracts/parameter.ts';
import type { Ranks } from '../../contracts/ranks.ts';
import { checkpointTensors } from './restore.ts';

/**
 * Compares all weights and states of the ranks, bit by bit.
 *
 * @throws AblateError RANK_LOST where a rank has others than rank 0
 */
export async function requireSameWeights(parameters: readonly Parameter[], ranks: Ranks | undefined): Promise<void> {
  if (!ranks) return;
  const hash = createHash('sha256');
  for await (const stored of checkpointTensors(parameters))
    for await (const { buffer, byteOffset, byteLength } of 'data' in stored ? [stored.data] : stored.pieces())
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  const digest = hash.digest();
  const own = Int32Array.from({ length: 8 }, (_, index) => digest.readInt32LE(4 * index));
  const gathered = tf.tidy(() => ranks.gather(tf.tensor2d(own, [1, 8], 'int32')));
  const all = (await gathered.array().finally(() => gathered.dispose())).map(String);
  const others = all.flatMap((digestOf, rank) => (digestOf === all[0] ? [] : [rank]));
  if (others.length > 0)
    throw new AblateError(
      'RANK_LOST',
      `The weights of rank ${others.join(', ')} are no longer those of rank 0, to the bit: no checkpoint is written of them.`,
      {
        remedy:
          'Go on from the newest checkpoint with --resume; where it comes again, look at the memory of that machine.',
      },
    );
}
