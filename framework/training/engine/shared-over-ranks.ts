import * as tf from '@tensorflow/tfjs';
import type { Ranks } from '../../contracts/ranks.ts';
import type { Differentiated } from './differentiate.ts';
import type { Session } from './session.ts';

/** Numbers that are summed at once: 4 MB, of which a ring has the most on its way at a time. */
const pieceSize = 1 << 20;

/**
 * Adds up what each rank has computed of its own images: the gradients of the backbone are their sum, and its running
 * statistics are the mean of all ranks'. Head and losses see the whole batch on every rank, whose gradients are whole
 * already. The numbers get one more at their end: how many ranks are to stop.
 *
 * @param compute what is taken over
 */
export function sharedOverRanks(
  { backbone, syncBatchNorm }: Session,
  ranks: Ranks,
  stopping: boolean,
  compute: () => Differentiated,
): Differentiated {
  // What is synchronized is the same on all ranks already.
  const state = syncBatchNorm ? [] : backbone.parameters.filter(({ trainable }) => !trainable);
  const before = state.map(({ variable }) => tf.clone(variable));
  const { numbers, gradients, ...found } = compute();
  return tf.tidy(() => {
    const own = new Set(backbone.parameters.map(({ variable }) => variable.name));
    const names = Object.keys(gradients).filter((name) => own.has(name));
    // Changes rather than values: what no rank changes stays as it is to the bit.
    const changes = state.map(({ variable }, index) => tf.sub(variable, before[index]!));
    const [stops, ...sums] = sumInPieces(
      [tf.tensor1d([stopping ? 1 : 0]), ...names.map((name) => gradients[name]!), ...changes],
      ranks,
    );
    const shared: tf.NamedTensorMap = { ...gradients };
    for (const [index, name] of names.entries()) {
      gradients[name]!.dispose();
      shared[name] = sums[index]!;
    }
    for (const [index, { variable }] of state.entries())
      variable.assign(tf.add(before[index]!, tf.div(sums[names.length + index]!, ranks.size)));
    const all: tf.Tensor1D = tf.concat([numbers, stops as tf.Tensor1D]);
    tf.dispose([numbers, before]);
    return { ...found, numbers: all, gradients: shared } as unknown as tf.TensorContainer;
  }) as unknown as Differentiated;
}

/** The sum of each tensor over all ranks, exchanged in pieces of a few megabytes. */
function sumInPieces(tensors: readonly tf.Tensor[], ranks: Ranks): tf.Tensor[] {
  const groups: tf.Tensor[][] = [];
  let room = 0;
  for (const tensor of tensors) {
    if (tensor.size > room) {
      groups.push([]);
      room = pieceSize;
    }
    groups.at(-1)!.push(tensor);
    room -= tensor.size;
  }
  return groups.flatMap((group) =>
    tf.tidy(() => {
      const flat = tf.concat(group.map((tensor) => tf.reshape(tensor, [-1])));
      const pieces: tf.Tensor[] = [];
      for (let begin = 0; begin < flat.size; begin += pieceSize)
        pieces.push(ranks.sum(tf.slice(flat, begin, Math.min(pieceSize, flat.size - begin))));
      const parts = tf.split(
        tf.concat(pieces),
        group.map((tensor) => tensor.size),
      );
      return parts.map((part, index) => tf.reshape(part, group[index]!.shape));
    }),
  );
}
