import { expect, test } from 'vitest';
import { isOutOfPatience } from './is-out-of-patience.ts';

const past = (...values: number[]) =>
  values.map((value, index) => ({ step: index, metrics: { 'validation/accuracy': value } }));
const best = (mode: 'max' | 'min') => ({ patience: 2, keepBest: { metric: 'validation/accuracy', mode } });

test.each([
  ['max', [0.1, 0.2, 0.2], false],
  ['max', [0.1, 0.2, 0.2, 0.1], true],
  ['max', [0.1, 0.2, 0.1, 0.3, 0.2], false],
  ['min', [0.3, 0.2, 0.2, 0.4], true],
  ['min', [0.3, 0.2, 0.2, 0.1], false],
  ['max', [], false],
  ['max', [Number.NaN, Number.NaN], true],
] as const)('%s of %j after two without a gain: %s', (mode, values, over) => {
  expect(isOutOfPatience(best(mode), past(...values))).toBe(over);
});

test('without patience it never ends', () => {
  expect(isOutOfPatience({ keepBest: best('max').keepBest }, past(1, 0, 0, 0, 0))).toBe(false);
});
