import { expect } from 'vitest';

/** Every number of `got` within 5e-6 of `expected`'s, in the same shape. */
export function expectRows(got: readonly (readonly number[])[], expected: readonly (readonly number[])[]): void {
  expect(got.map((row) => row.length)).toEqual(expected.map((row) => row.length));
  for (const [row, values] of expected.entries()) {
    for (const [column, value] of values.entries())
      expect(got[row]![column], `row ${row}, column ${column}`).toBeCloseTo(value, 5);
  }
}
