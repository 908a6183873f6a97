import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expectClose } from '#test/expect-close';
import { OpenSetRates } from './open-set-rates.ts';

const { openSets } = JSON.parse(
  readFileSync(new URL('../../../test/reference/evaluation/scikit-learn.json', import.meta.url), 'utf8'),
) as {
  openSets: { name: string; scores: number[]; mated: number[]; correct: number[]; dirAtFar: Record<string, number> }[];
};

test.each(openSets)(
  "scikit-learn's ROC without the misnamed queries: $name",
  ({ scores, mated, correct, dirAtFar }) => {
    const rates = new OpenSetRates({
      scores: Float64Array.from(scores),
      mated: Uint8Array.from(mated),
      correct: Uint8Array.from(correct),
    });
    const targets = Object.keys(dirAtFar);
    const found = rates.at(targets.map(Number));
    expectClose(Object.fromEntries(targets.map((target, index) => [target, found[index]])), dirAtFar);
  },
);

test('DIR at FAR by hand', () => {
  // By falling score: right, unknown, misnamed, right, unknown; 3 mated, 2 unmated.
  const rates = new OpenSetRates({
    scores: Float64Array.of(0.9, 0.8, 0.7, 0.6, 0.5),
    mated: Uint8Array.of(1, 0, 1, 1, 0),
    correct: Uint8Array.of(1, 0, 0, 1, 0),
  });
  expect(rates.at([0, 0.5, 1])).toEqual([1 / 3, 2 / 3, 2 / 3]);
});
