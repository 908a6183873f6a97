import * as tf from '@tensorflow/tfjs';
import { AblateError } from '../../base/errors/ablate-error.ts';
import type { Ranks, RankPlace } from '../../contracts/ranks.ts';
import type { NativeBackend, OperationAttribute } from './native-backend.ts';
import type { RanksAddon } from './ranks-addon.ts';

/** Seconds that a rank waits for the others to come, and between two questions whether they are there. */
const [meetSeconds, watchSeconds] = [120, 1];
/** Questions in a row without an answer after which a rank counts as stopped. */
const patience = 5;

/**
 * Joins the ranks of a run by TensorFlow's own collective operations: a ring over gRPC between processors, NCCL between
 * GPUs. Waits until all have come.
 *
 * @throws AblateError RANK_LOST where one does not come
 */
export function nativeRanks(backend: NativeBackend, addon: RanksAddon, { rank, addresses }: RankPlace): Ranks {
  const { TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = backend.binding;
  const size = addresses.length;
  const integers = new Map<number, tf.Scalar>();
  const integer = (value: number): tf.Scalar => {
    if (!integers.has(value)) integers.set(value, tf.keep(tf.scalar(value, 'int32')));
    return integers.get(value)!;
  };
  const keys = new Map<string, { first: number; turn: number }>();
  /**
   * The key of a collective's next instance. A new one a call would leak, and one is bound to a shape: each kind has
   * two, by turns. A rank that begins a third call has ended the second, for which all others have ended the first.
   */
  const nextKey = (kind: string): tf.Scalar => {
    const key = keys.get(kind) ?? { first: 1 + 2 * keys.size, turn: 1 };
    keys.set(kind, key);
    key.turn = 1 - key.turn;
    return integer(key.first + key.turn);
  };
  const text = (name: string, value: string): OperationAttribute => ({ name, type: TF_ATTR_STRING, value });
  const type = (name: string, value: number): OperationAttribute => ({ name, type: TF_ATTR_TYPE, value });
  /** Every call with a limit of its own leaves two sleeping threads until it is over: the first alone has one. */
  let limit = meetSeconds;
  const collective = <T extends tf.Tensor>(
    operation: string,
    x: T,
    { kind = operation, attributes = [], inputs = [x], more = [] }: CollectiveCall = {},
  ): T => {
    const common = [
      type('T', x.dtype === 'int32' ? TF_INT32 : TF_FLOAT),
      { name: 'timeout_seconds', type: TF_ATTR_FLOAT, value: limit },
    ];
    const places = [integer(size), integer(1), nextKey(`${kind} ${x.dtype} ${x.shape.join()}`)];
    try {
      return backend.executeSingleOutput(operation, [...common, ...attributes], [...inputs, ...places, ...more]) as T;
    } catch (cause) {
      throw rankLost(cause, size, () => addon.missing(500));
    }
  };
  const reduce = <T extends tf.Tensor>(x: T, operation: 'Add' | 'Max'): T =>
    collective('CollectiveReduceV2', x, {
      kind: operation,
      attributes: [text('merge_op', operation), text('final_op', 'Id')],
    });
  /** Gather and broadcast know no scalars. */
  const asRows = <T extends tf.Tensor>(x: T, compute: (rows: tf.Tensor) => tf.Tensor): T =>
    tf.tidy(() => compute(x.rank === 0 ? tf.reshape(x, [1]) : x) as T);

  const ranks: Ranks = {
    rank,
    size,
    sum: (x) => reduce(x, 'Add'),
    max: (x) => reduce(x, 'Max'),
    gather: (x) => asRows(x, (rows) => collective('CollectiveGatherV2', rows)),
    broadcast: (x) =>
      asRows(x, (rows) => {
        const kind = 'Broadcast';
        const found =
          rank === 0
            ? collective('CollectiveBcastSendV2', rows, { kind })
            : collective('CollectiveBcastRecvV2', rows, {
                kind,
                attributes: [type('Tshape', TF_INT32)],
                inputs: [],
                more: [tf.tensor1d(rows.shape, 'int32')],
              });
        return tf.reshape(found, x.shape);
      }),
    part() {
      ranks.sum(integer(1)).dispose();
      addon.unwatch();
    },
  };
  ranks.sum(integer(1)).dispose();
  limit = 0;
  addon.watch(watchSeconds, patience);
  return ranks;
}

interface CollectiveCall {
  /** What distinguishes it from other collectives of its shape; the operation where it is left out. */
  readonly kind?: string;
  readonly attributes?: readonly OperationAttribute[];
  readonly inputs?: readonly tf.Tensor[];
  readonly more?: readonly tf.Tensor[];
}

/** What the library says of a collective that failed, in words for people. */
function rankLost(cause: unknown, size: number, missing: () => number[]): AblateError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const [, rank, fate] = /ablate: rank (\d+) (is gone|does not answer)/.exec(message) ?? [];
  const gone = rank === undefined ? missing() : [];
  const problem =
    rank !== undefined
      ? `Rank ${rank} of ${size} ${fate}.`
      : gone.length > 0
        ? `Rank ${gone.join(', ')} of ${size} is gone.`
        : `The ranks cannot go on together: ${message.split('\n')[0]}.`;
  return new AblateError('RANK_LOST', problem, {
    remedy: 'Go on from the newest checkpoint with --resume.',
    cause,
  });
}
