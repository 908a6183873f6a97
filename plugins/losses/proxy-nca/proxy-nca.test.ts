import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import plugin from './index.ts';
import { proxyNca, type ProxyNcaOptions } from './proxy-nca.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (
  options: Partial<ProxyNcaOptions>,
  proxies = [
    [1, 0],
    [0, 1],
    [-1, 0],
  ],
) => {
  const loss = proxyNca(
    { ...plugin.schema.parse({}), ...options },
    { streams: new RandomStreams(1), classes: proxies.length, dim: 2 },
  );
  loss.parameters[0]!.variable.assign(tf.tensor2d(proxies));
  return loss;
};

describe('proxy-nca', () => {
  // (3, 4) lies at squared distances 0.8, 0.4 and 3.2 from the proxies.
  test('nca: the own proxy is left out of the denominator', () => {
    expect(outcomeOf(make({ variant: 'nca', scale: 1 }), [[3, 4]], [0]).value).toBeCloseTo(0.459033, 5);
  });

  test('nca++: the denominator is over all proxies', () => {
    expect(outcomeOf(make({ variant: 'nca++', scale: 1 }), [[3, 4]], [0]).value).toBeCloseTo(0.948774, 5);
  });

  test('nca++ at temperature 1 / scale is the softmax of twice the scaled cosines', () => {
    // −ln softmax((10.8, 14.4, −10.8))[1]
    expect(outcomeOf(make({ scale: 9 }), [[3, 4]], [1]).value).toBeCloseTo(
      Math.log(1 + Math.exp(-3.6) + Math.exp(-25.2)),
      5,
    );
  });

  test('neither the length of an embedding nor that of a proxy counts', () => {
    const long = make({ scale: 1 }, [
      [5, 0],
      [0, 0.1],
      [-300, 0],
    ]);
    expect(outcomeOf(long, [[0.03, 0.04]], [0]).value).toBeCloseTo(0.948774, 5);
  });

  test('embeddings of norm 1e-6, 1e4 and 0, a batch of one, two classes: finite', () => {
    for (const row of [
      [1e-6, 0],
      [1e4, 1],
      [0, 0],
      [1, 0],
      [-1, 0],
    ]) {
      for (const variant of ['nca', 'nca++'] as const) {
        const { value, gradient } = outcomeOf(
          make({ variant }, [
            [1, 0],
            [0, 1],
          ]),
          [row],
          [0],
        );
        expect([value, ...gradient.flat()].every(Number.isFinite)).toBe(true);
      }
    }
  });

  test('the proxies are trained, at a rate of their own that is read live, and drawn from the seed', () => {
    const live = { ...plugin.schema.parse({}), rateMultiple: 3 };
    const context = { streams: new RandomStreams(7), classes: 4, dim: 2 };
    const [[proxies], [again]] = [proxyNca(live, context).parameters, proxyNca(live, context).parameters];
    expect(proxies).toMatchObject({ name: 'proxies', trainable: true, group: { rateMultiple: 3 } });
    live.rateMultiple = 5;
    expect(proxies!.group!.rateMultiple).toBe(5);
    expect(proxies!.variable.shape).toEqual([4, 2]);
    expect(proxies!.variable.arraySync()).toEqual(again!.variable.arraySync());
  });

  test('no tensor is left behind', () => {
    const loss = make({});
    const before = tf.memory().numTensors;
    for (let step = 0; step < 5; step++)
      outcomeOf(
        loss,
        [
          [1, 2],
          [3, 4],
        ],
        [0, 1],
      );
    expect(tf.memory().numTensors).toBe(before);
  });

  test('bad options are refused with the reason', () => {
    expect(plugin.schema.safeParse({ scale: 0 }).error?.issues[0]?.message).toMatch(/scale must be above 0/);
    expect(() =>
      plugin.create(plugin.schema.parse({ variant: 'nca' }), { streams: new RandomStreams(1), classes: 1, dim: 2 }),
    ).toThrow(/one class only/);
  });
});
