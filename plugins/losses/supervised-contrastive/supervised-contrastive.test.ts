import { tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { pairLossEdges } from '#test/pair-loss-edges';
import plugin from './index.ts';
import { supervisedContrastive } from './supervised-contrastive.ts';

beforeAll(() => tf.setBackend('cpu'));

const make = (temperature = 0.1) => withParts(supervisedContrastive, plugin.schema.parse({ temperature }));

describe('supervised-contrastive', () => {
  test('the mean over the anchors that have a positive', () => {
    // Cosines over τ = 0.5: 1.2 within class 0; 0 and 1.6 to class 1. (ln(e^1.2 + 1) − 1.2 + ln(e^1.2 + e^1.6) − 1.2) /
    // 2
    expect(
      outcomeOf(
        make(0.5),
        [
          [1, 0],
          [0.6, 0.8],
          [0, 1],
        ],
        [0, 0, 1],
      ).value,
    ).toBeCloseTo(0.588149, 5);
  });

  test('orthogonal classes of equal images: ln(1 + 2e^(−1/τ)) for each anchor', () => {
    expect(
      outcomeOf(
        make(1),
        [
          [1, 0],
          [4, 0],
          [0, 1],
          [0, 2],
        ],
        [0, 0, 1, 1],
      ).value,
    ).toBeCloseTo(Math.log(1 + 2 * Math.exp(-1)), 5);
  });

  test('one class of equal images of which each has k positives: ln k', () => {
    expect(
      outcomeOf(
        make(0.07),
        [
          [2, 1],
          [2, 1],
          [2, 1],
          [2, 1],
        ],
        [5, 5, 5, 5],
      ).value,
    ).toBeCloseTo(Math.log(3), 5);
  });

  test('the gradient is at right angles to the embedding: scale is nothing', () => {
    const rows = [
      [3, 1],
      [-1, 2],
      [0.5, -2],
      [1, 1],
    ];
    const { gradient } = outcomeOf(make(), rows, [0, 0, 1, 1]);
    for (const [row, [x, y]] of gradient.entries()) {
      expect(Math.hypot(x!, y!)).toBeGreaterThan(0.01);
      expect(x! * rows[row]![0]! + y! * rows[row]![1]!).toBeCloseTo(0, 4);
    }
  });

  pairLossEdges(make);

  test('a temperature of 0 is refused with the reason', () => {
    expect(plugin.schema.safeParse({ temperature: 0 }).error?.issues[0]?.message).toMatch(
      /temperature must be above 0/,
    );
  });
});
