import { tf } from 'ablate-ml';
import { lossInput } from 'ablate-ml/testing';
import { beforeAll, expect, test } from 'vitest';
import plugin from './index.ts';
import { uniface } from './uniface.ts';

beforeAll(() => tf.setBackend('cpu'));

test('one threshold for all classes', () => {
  // b = 0.5: ln(1 + e^−(1.4 − 0.5)) + w ln(1 + e^(0.2 − 0.5))
  const input = lossInput([[0.8, 0.1]], [0]);
  const valueOf = (negativeWeight: number) => {
    const loss = uniface({ s: 2, m: 0.1, negativeWeight }, { classes: 2 });
    loss.parameters[0]!.variable.assign(tf.scalar(0.5));
    return loss.forward(input).value.dataSync()[0]!;
  };
  expect(valueOf(1)).toBeCloseTo(0.895509, 5);
  expect(valueOf(0)).toBeCloseTo(Math.log(1 + Math.exp(-0.9)), 5);
});

test('the bias starts at ln(10 C) and has no weight decay', () => {
  const [bias] = uniface(plugin.schema.parse({}), { classes: 2 }).parameters;
  expect(bias!.variable.dataSync()[0]).toBeCloseTo(2.995732, 5);
  expect(bias).toMatchObject({ trainable: true, weightDecay: false });
});

test('a scale of 0 is refused with the reason', () => {
  expect(plugin.schema.safeParse({ s: 0 }).error?.issues[0]?.message).toMatch(/must be greater than 0/);
});
