import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import plugin from './index.ts';
import { proxyAnchor, type ProxyAnchorOptions } from './proxy-anchor.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (options: Partial<ProxyAnchorOptions> = {}) => {
  const loss = proxyAnchor(
    { ...plugin.schema.parse({}), ...options },
    { streams: new RandomStreams(1), classes: 3, dim: 2 },
  );
  loss.parameters[0]!.variable.assign(
    tf.tensor2d([
      [1, 0],
      [0, 1],
      [-1, 0],
    ]),
  );
  return loss;
};
// Cosines with the three proxies: 0.6, 0.8, −0.6 and 0, 1, 0.
const rows = [
  [3, 4],
  [0, 2],
];

describe('proxy-anchor', () => {
  test('proxies with an image are pulled, all are pushed', () => {
    // α = 2, δ = 0.1. Pull: (ln(1 + e^−1) + ln(1 + e^−1.8)) / 2. Push: (ln(1 + e^0.2) + ln(1 + e^1.8) + ln(1 + e^−1 +
    // e^0.2)) / 3
    const { value, parts } = outcomeOf(make({ alpha: 2 }), rows, [0, 1]);
    expect(parts.positive).toBeCloseTo(0.23312, 5);
    expect(parts.negative).toBeCloseTo(1.234166, 5);
    expect(value).toBeCloseTo(1.467285, 5);
  });

  test('all images of one class: its proxy has no negative, the others no positive', () => {
    // Pull: ln(1 + e^−1 + e^0.2), α = 2. Push: 0, ln(1 + e^1.8 + e^2.2) and ln(1 + e^−1 + e^0.2), over 3
    const { parts } = outcomeOf(make({ alpha: 2 }), rows, [0, 0]);
    expect(parts.positive).toBeCloseTo(Math.log(1 + Math.exp(-1) + Math.exp(0.2)), 5);
    expect(parts.negative).toBeCloseTo(
      (Math.log(1 + Math.exp(1.8) + Math.exp(2.2)) + Math.log(1 + Math.exp(-1) + Math.exp(0.2))) / 3,
      5,
    );
  });

  test('α = 1000 does not overflow: the loss over α is the largest hinge', () => {
    // Pull: s − δ > 0, nothing. Push: 0.1, 0.9 and 0.1, over 3
    expect(outcomeOf(make({ alpha: 1000 }), rows, [0, 1]).value).toBeCloseTo((1000 * 1.1) / 3, 2);
  });

  test('embeddings of norm 1e-6, 1e4 and 0: finite', () => {
    for (const row of [
      [1e-6, 0],
      [1e4, 1],
      [0, 0],
      [-1, 0],
    ]) {
      const { value, gradient } = outcomeOf(make(), [row], [0]);
      expect([value, ...gradient.flat()].every(Number.isFinite)).toBe(true);
    }
  });

  test('the proxies are trained at 100 times the rate, as in the released code', () => {
    expect(make().parameters).toMatchObject([{ name: 'proxies', trainable: true, group: { rateMultiple: 100 } }]);
  });

  test('no tensor is left behind', () => {
    const loss = make();
    const before = tf.memory().numTensors;
    for (let step = 0; step < 5; step++) outcomeOf(loss, rows, [0, 1]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('bad options are refused with the reason', () => {
    expect(plugin.schema.safeParse({ alpha: 0 }).error?.issues[0]?.message).toMatch(/alpha must be above 0/);
    expect(plugin.schema.safeParse({ delta: 1.5 }).error?.issues[0]?.message).toMatch(/lies in \[0, 1\]/);
  });
});
