import { RandomStreams, tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { elasticFace } from './elastic-face.ts';

beforeAll(() => tf.setBackend('cpu'));

const options = { ...plugin.schema.parse({}), base: 'cosface', s: 10 } as const;
const context = { streams: new RandomStreams(1) };
const input = lossInput(
  [
    [0.8, 0.1],
    [0.5, 0.1],
  ],
  [0, 0],
);
const valueOf = (assign: 'given' | 'sorted', margins: number[]) =>
  elasticFace({ ...options, assign }, context)
    .forward({ ...input, rowMargins: tf.tensor1d(margins) })
    .value.dataSync()[0]!;

test('each row has its margin', () => {
  // ln(1 + e^(1 − 7)) and ln(1 + e^(1 − 2))
  expect(valueOf('given', [0.1, 0.3])).toBeCloseTo(0.157869, 5);
  // ln(1 + e^(1 − 5)) and ln(1 + e^(1 − 4))
  expect(valueOf('given', [0.3, 0.1])).toBeCloseTo(0.033369, 5);
});

test('sorted: the row farthest from its class has the largest margin, however they come', () => {
  expect(valueOf('sorted', [0.1, 0.3])).toBeCloseTo(0.157869, 5);
  expect(valueOf('sorted', [0.3, 0.1])).toBeCloseTo(0.157869, 5);
});

test('margins are drawn anew at each step, and alike whenever a step is computed again', () => {
  const loss = elasticFace({ ...options, assign: 'given', sigma: 0.2 }, context);
  const at = (step: number) => loss.forward({ ...input, step }).value.dataSync()[0];
  expect(at(3)).toBe(at(3));
  expect(at(3)).not.toBe(at(4));
});

test('a negative deviation is refused with the reason', () => {
  expect(plugin.schema.safeParse({ sigma: -1 }).error?.issues[0]?.message).toMatch(/cannot be negative/);
});
