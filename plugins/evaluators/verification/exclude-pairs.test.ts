import type { EmbeddedPairs } from 'ablate-ml';
import { expect, it } from 'vitest';
import { excludePairs } from './exclude-pairs.ts';

// Images 0 to 3 by cameras 0, 0, 1 and none.
const pairs: EmbeddedPairs = {
  images: {
    role: 'test',
    dim: 1,
    embeddings: new Float32Array(4),
    labels: Int32Array.of(0, 0, 0, 1),
    classNames: ['a', 'b'],
    columns: { camera: { kind: 'label', values: Int32Array.of(0, 0, 1, -1), names: ['left', 'right'] } },
  },
  left: Int32Array.of(0, 0, 1, 3, 0),
  right: Int32Array.of(1, 2, 0, 3, 3),
  same: Uint8Array.of(1, 1, 0, 1, 0),
  fold: Int32Array.of(0, 1, 2, 3, 4),
};

it.each([
  ['class', [1, 2, 3, 4]],
  ['any', [1, 3, 4]],
] as const)('leaves out the pairs of one camera, of %s', (of, folds) => {
  const kept = excludePairs(pairs, { same: 'camera', of });
  expect([...kept.fold]).toEqual(folds);
  expect([...kept.left]).toEqual(folds.map((pair) => pairs.left[pair]));
  expect([...kept.right]).toEqual(folds.map((pair) => pairs.right[pair]));
  expect([...kept.same]).toEqual(folds.map((pair) => pairs.same[pair]));
  expect(kept.images).toBe(pairs.images);
});

it('is refused for images that have no such column', () => {
  expect(() => excludePairs(pairs, { same: 'view', of: 'any' })).toThrow('have no column of labels "view"');
});
