import { lossInput } from 'ablate-ml/testing';
import { expect, test } from 'vitest';
import { cosface } from './cosface.ts';
import manifest from './index.ts';

const close = (rows: number[][]) => rows.map((row) => row.map((value) => expect.closeTo(value, 5)));

test('the margin comes off the target cosine alone, then everything is scaled', () => {
  const input = lossInput(
    [
      [0.8, 0.1],
      [0.2, 0.9],
    ],
    [0, 1],
  );
  const loss = cosface({ s: 10, m: 0.35 });
  expect(loss.logits(input).arraySync()).toEqual(
    close([
      [4.5, 1],
      [2, 5.5],
    ]),
  );
  // Both targets lead by 3.5: ln(1 + e^-3.5)
  expect(loss.forward(input).value.dataSync()[0]).toBeCloseTo(0.0297504, 5);
});

test('s = 1 and m = 0 leave the cosines', () => {
  expect(
    cosface({ s: 1, m: 0 })
      .logits(lossInput([[0.5, -0.25]], [1]))
      .arraySync(),
  ).toEqual([[0.5, -0.25]]);
});

test('at angle π, and past 1 by rounding, the logits are what the formula says', () => {
  const logits = cosface({ s: 64, m: 0.35 })
    .logits(
      lossInput(
        [
          [-1, 1],
          [1.0000001, 0],
        ],
        [0, 0],
      ),
    )
    .arraySync();
  expect(logits).toEqual([
    [expect.closeTo(-86.4, 4), 64],
    [expect.closeTo(41.6, 3), 0],
  ]);
});

test('a scale of 0 and a margin that no cosine can give are refused with the reason', () => {
  expect(() => manifest.schema.parse({ s: 0 })).toThrow('must be greater than 0');
  expect(() => manifest.schema.parse({ m: 3.2 })).toThrow('a difference of two cosines');
  expect(() => manifest.schema.parse({ m: -0.1 })).toThrow('cannot be negative');
});
