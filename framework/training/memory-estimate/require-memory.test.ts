import { describe, expect, it } from 'vitest';
import { requireMemory } from './require-memory.ts';

const GiB = 2 ** 30;
const session = {
  groups: [{ parameters: [{ variable: { size: GiB / 4 } }] }],
  dataset: { imageShape: [64, 64, 4] },
} as never;
const spec = { train: { batch: 8192 } } as never;

describe('a run that cannot fit', () => {
  // 2 held, 1 of gradients, two batches of half a GiB.
  it('is refused with the numbers', () => {
    expect(() => requireMemory(session, spec, 2 * GiB, 3.9 * GiB)).toThrow(
      '2.00 GiB are held before the first step, the gradients take 1.00 GiB and two batches of images 1.00 GiB, of 3.90 GiB in all.',
    );
  });

  it('counts the features that are kept of all images', () => {
    const images = { length: 1024 };
    const dataset = { imageShape: [16, 16, 64], cachedFrom: [224, 224, 3], split: () => images };
    expect(() => requireMemory({ groups: [], dataset } as never, { train: { batch: 1 } } as never, GiB, GiB)).toThrow(
      'the features that are kept of all images 0.06 GiB, of 1.00 GiB in all.',
    );
  });

  it('is let through where it may fit', () =>
    expect(() => requireMemory(session, spec, 2 * GiB, 4 * GiB)).not.toThrow());
});
