import { expect, test } from 'vitest';
import { withoutSmallClasses } from './without-small-classes.ts';

// Class 0 has three images, class 1 two, class 2 one; the last image has no class.
const labels = Int32Array.of(0, 1, 2, 0, 1, 0, -1);
const rows = { train: Int32Array.of(0, 1, 2, 3), test: Int32Array.of(4, 5, 6), gallery: Int32Array.of(1, 2) };

test('classes with fewer training images leave training, validation and test, and nothing else', () => {
  expect(withoutSmallClasses(rows, labels, 2)).toEqual({
    train: Int32Array.of(0, 3),
    test: Int32Array.of(5, 6),
    gallery: Int32Array.of(1, 2),
  });
});

test('a class that training does not have is no small one', () => {
  expect(withoutSmallClasses({ train: Int32Array.of(0, 3), test: Int32Array.of(1, 2, 5) }, labels, 2).test).toEqual(
    Int32Array.of(1, 2, 5),
  );
});

test('one is the least that any class has', () => {
  expect(withoutSmallClasses(rows, labels, 1)).toBe(rows);
});

test('more than the largest class has is refused with its size', () => {
  expect(() => withoutSmallClasses(rows, labels, 3)).toThrow(
    'minPerClass is 3, and the largest training class has 2 images.\n  Set minPerClass to at most 2.',
  );
});
