import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { expectRows } from '#test/expect-rows';
import { viewsOutcome } from '#test/views-outcome';
import plugin from './index.ts';
import { moco, type MocoOptions } from './moco.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<MocoOptions> = {}) =>
  moco({ ...plugin.schema.parse({ temperature: 1, queue: 2 }), ...options }, { dim: 2, streams: new RandomStreams(1) });
const queued = (loss: ReturnType<typeof make>): number[][] => loss.parameters[0]!.variable.arraySync() as number[][];
/** Views and keys of one image: the second key is at a right angle to the first view. */
const view = [[2, 0]];
const other = [[0, 5]];
const averaged = [tf.tensor2d([[3, 0]]), tf.tensor2d([[0, 4]])];

test('the queue begins with unit rows', () => {
  const rows = queued(make({ queue: 5 }));
  expect(rows).toHaveLength(5);
  for (const row of rows) expect(Math.hypot(...row)).toBeCloseTo(1, 6);
});

test('a query against its key and the queue', () => {
  const loss = make();
  loss.parameters[0]!.variable.assign(
    tf.tensor2d([
      [1, 0],
      [-1, 0],
    ]),
  );
  // cosines 0 with the key, 1 and −1 with the queue
  const expected = Math.log(1 + Math.E + 1 / Math.E);
  const { value, gradients } = viewsOutcome(loss, view, other, { averaged });
  expect(value).toBeCloseTo(expected, 5);
  // Σ share · k less the key, across the query and over its norm
  expectRows(gradients[0]!, [[0, (1 / (1 + Math.E + 1 / Math.E) - 1) / 2]]);
  expect(gradients[1]).toEqual([[0, 0]]);
  // The other way round the query is (0, 1) and its key (1, 0): all cosines are 0.
  const symmetric = make({ symmetric: true });
  symmetric.parameters[0]!.variable.assign(loss.parameters[0]!.variable);
  expect(viewsOutcome(symmetric, view, other, { averaged }).value).toBeCloseTo((expected + Math.log(3)) / 2, 5);
});

test("update puts the batch's keys first and drops the oldest", () => {
  const input = {
    embedding: tf.tensor2d(view),
    views: [tf.tensor2d(view), tf.tensor2d(other)],
    averaged,
    labels: tf.zeros<tf.Rank.R1>([1], 'int32'),
    step: 0,
  };
  const loss = make();
  const [oldest] = queued(loss);
  loss.update!(input);
  expectRows(queued(loss), [[0, 1], oldest!]);
  const both = make({ symmetric: true, queue: 3 });
  const [before] = queued(both);
  both.update!(input);
  expectRows(queued(both), [[1, 0], [0, 1], before!]);
});

test('bad options are refused with the reason', () => {
  expect(plugin.schema.safeParse({ queue: 0 }).error?.issues[0]?.message).toMatch(/at least 1/);
});
