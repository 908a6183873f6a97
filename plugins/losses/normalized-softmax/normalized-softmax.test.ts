import { lossInput } from 'ablate-ml/testing';
import { expect, test } from 'vitest';
import manifest from './index.ts';
import { normalizedSoftmax } from './normalized-softmax.ts';

test('the logits are s times the cosines', () => {
  const loss = normalizedSoftmax({ s: 8 });
  expect(
    loss
      .logits(
        lossInput(
          [
            [0.5, -0.25, 1],
            [0, -1, 0.125],
          ],
          [0, 2],
        ),
      )
      .arraySync(),
  ).toEqual([
    [4, -2, 8],
    [0, -8, 1],
  ]);
});

test('the value is the mean cross-entropy', () => {
  // Rows differ by 2 and by −1: ln(1 + e^-2) = 0.126928, ln(1 + e^1) = 1.313262
  const { value } = normalizedSoftmax({ s: 2 }).forward(
    lossInput(
      [
        [0.5, -0.5],
        [0.25, 0.75],
      ],
      [0, 0],
    ),
  );
  expect(value.dataSync()[0]).toBeCloseTo(0.720095, 5);
});

test('the scale is read at every step', () => {
  const options = { s: 1 };
  const loss = normalizedSoftmax(options);
  options.s = 4;
  expect(loss.logits(lossInput([[0.5, -0.5]], [0])).arraySync()).toEqual([[2, -2]]);
});

test('a scale of 0 or less is refused with the reason', () => {
  for (const s of [0, -1])
    expect(() => manifest.schema.parse({ s })).toThrow('s scales the logits and must be greater than 0');
});
