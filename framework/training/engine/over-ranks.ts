import * as tf from '@tensorflow/tfjs';
import type { ForwardMode } from '../../contracts/backbone.ts';
import type { Ranks } from '../../contracts/ranks.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { customGradient, differentiated } from '../../math/ops/custom-gradient.ts';
import type { Session } from './session.ts';

/** Gives the mode of a forward pass of training. */
export const trainingMode = ({ clock, ranks, syncBatchNorm }: Session): ForwardMode => ({
  training: true,
  step: clock.step,
  ...(ranks && { ranks, synchronized: syncBatchNorm ?? false }),
});

/**
 * Gives the places in a batch of the images that a rank computes, of each part as many: those of part 0, then those of part
 * 1, ….
 *
 * @param count images of the batch, which parts and ranks divide
 */
export function ownPlaces(count: number, parts: number, { rank, size }: Pick<Ranks, 'rank' | 'size'>): Int32Array {
  const own = count / parts / size;
  if (!Number.isInteger(own))
    throw new AblateError(
      'SPEC_INVALID',
      `A batch has ${count} images, which ${parts > 1 ? `${parts} parts on ` : ''}${size} ranks cannot share evenly.`,
      { remedy: 'Make train.batch a multiple of train.ranks, times the parts of train.accumulate.' },
    );
  return Int32Array.from({ length: own * parts }, (_, index) => {
    const part = Math.floor(index / own);
    return (part * size + rank) * own + (index % own);
  });
}

/** Gathers the rows of all ranks, `[rows, ...]` → `[size · rows, ...]`; each gets the gradient of its own. */
export const gatherRows = <T extends tf.Tensor>(x: T, ranks: Ranks | undefined): T =>
  ranks
    ? customGradient([x], (own) =>
        differentiated({
          value: ranks.gather(own),
          saved: [],
          gradient: (dy) => tf.slice(dy, ranks.rank * x.shape[0]!, x.shape[0]),
        }),
      )
    : x;

/** Gives what rank 0 does, which JSON must hold, on every rank; what the others give counts for nothing. */
export async function fromFirst<T>(given: T, ranks: Ranks | undefined): Promise<T> {
  if (!ranks) return given;
  const bytes = Buffer.from(ranks.rank === 0 ? JSON.stringify({ given }) : '');
  const exchange = async (numbers: ArrayLike<number>): Promise<Int32Array> => {
    const shared = tf.tidy(() => ranks.broadcast(tf.tensor1d(Int32Array.from(numbers), 'int32')));
    return shared.data<'int32'>().finally(() => shared.dispose());
  };
  const [length] = await exchange([bytes.length]);
  // Few different shapes: each has a key of its own.
  const padded = new Uint8Array(Math.ceil(length! / 1024) * 1024);
  padded.set(bytes);
  const text = Buffer.from((await exchange(padded)).subarray(0, length)).toString();
  return ranks.rank === 0 ? given : (JSON.parse(text) as { given: T }).given;
}
