import { tf, type ClassContext, type Loss, type LossInput } from 'ablate-ml';
import { linearScores } from 'ablate-ml/losses';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

const context = {
  component: async () => ({ penalty: (rows: tf.Tensor2D) => tf.sum(rows) }),
} as unknown as ClassContext;
const make = async (options: object): Promise<Loss> =>
  plugin.create(plugin.schema.parse({ use: 'lp', ...options }), context);

const input = (withHead: boolean): LossInput => {
  const embedding = tf.tensor2d([[1, 2]]);
  const labels = tf.tensor1d([0], 'int32');
  const scores = linearScores(
    embedding,
    tf.tensor2d([
      [3, 4],
      [5, 6],
    ]),
    labels,
  );
  return { embedding, labels, step: 0, ...(withHead && { scores }) };
};

test('the penalty of the embedding, or of the class weights', async () => {
  expect((await make({})).forward(input(false)).value.dataSync()[0]).toBe(3);
  expect((await make({ of: 'class-weights' })).forward(input(true)).value.dataSync()[0]).toBe(18);
});

test('without a head there are no class weights, and it says what to write', async () => {
  const loss = await make({ of: 'class-weights' });
  expect(() => loss.forward(input(false))).toThrow(/no class weights/);
});
