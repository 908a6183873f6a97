import { expect } from 'vitest';

/**
 * Expects numbers within 1e-9 and everything else equal, through arrays and objects; keys that are not expected are not
 * looked at.
 */
export function expectClose(got: unknown, expected: unknown, path = ''): void {
  if (typeof expected === 'number') {
    expect(Math.abs((got as number) - expected), `${path}: ${String(got)} is not ${expected}`).toBeLessThanOrEqual(
      1e-9,
    );
  } else if (typeof expected === 'object' && expected !== null) {
    expect(Object.keys(got as object), path).toEqual(expect.arrayContaining(Object.keys(expected)));
    for (const [key, value] of Object.entries(expected))
      expectClose((got as Record<string, unknown>)[key], value, `${path}.${key}`);
  } else {
    expect(got, path).toEqual(expected);
  }
}
