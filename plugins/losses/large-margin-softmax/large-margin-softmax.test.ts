import { tf } from 'ablate-ml';
import { linearScores } from 'ablate-ml/losses';
import { lossInput } from 'ablate-ml/testing';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { largeMarginSoftmax } from './large-margin-softmax.ts';

beforeAll(() => tf.setBackend('cpu'));

const options = { ...plugin.schema.parse({}), m: 2, lambdaBase: 0, gamma: 0, power: 1, lambdaMin: 0 };
const embedding = tf.tensor2d([[3, 3]]);
// w_0 at 45° to the embedding, norm 2; w_1 of norm 1.
const scores = linearScores(
  embedding,
  tf.tensor2d([
    [2, 0],
    [0, 1],
  ]),
  tf.tensor1d([0], 'int32'),
);
const input = { ...lossInput([[0, 0]], [0]), embedding, scores };

test('twice 45° leaves the target no logit', () => {
  // ‖w‖‖x‖ cos 90° = 0 against 3
  const loss = largeMarginSoftmax(options);
  expect([...loss.logits(input).dataSync()]).toEqual([expect.closeTo(0, 4), expect.closeTo(3, 5)]);
  expect(loss.forward(input).value.dataSync()[0]).toBeCloseTo(Math.log(1 + Math.exp(3)), 4);
});

test('m = 1 is the product itself, and λ blends it in', () => {
  expect([
    ...largeMarginSoftmax({ ...options, m: 1 })
      .logits(input)
      .dataSync(),
  ]).toEqual([expect.closeTo(6, 4), 3]);
  // λ = 1: half of cos 45° and half of cos 90°
  expect(
    largeMarginSoftmax({ ...options, lambdaMin: 1 })
      .logits(input)
      .dataSync()[0],
  ).toBeCloseTo(3, 4);
});

test('a bias is added after the margin', () => {
  const biased = linearScores(
    embedding,
    tf.tensor2d([
      [2, 0],
      [0, 1],
    ]),
    tf.tensor1d([0], 'int32'),
    tf.tensor1d([5, 7]),
  );
  expect([
    ...largeMarginSoftmax(options)
      .logits({ ...input, scores: biased })
      .dataSync(),
  ]).toEqual([expect.closeTo(5, 4), expect.closeTo(10, 5)]);
});

test('a broken multiple is refused with the reason', () => {
  expect(plugin.schema.safeParse({ m: 1.5 }).error?.issues[0]?.message).toMatch(/whole number from 1 to 4/);
});
