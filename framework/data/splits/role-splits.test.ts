import { describe, expect, it } from 'vitest';
import { memoryStore } from '../images/memory-store.ts';
import { overlappingClasses, overlapSentence } from './overlapping-classes.ts';
import { roleSplits } from './role-splits.ts';

const store = memoryStore([1, 1, 1], Uint8Array.of(0, 51, 102, 153, 204, 255), (row) => `image ${row}`);
const images = { labels: Int32Array.of(0, 1, 2, 0, 1, -1), classNames: ['ant', 'bee', 'cat'] };
const splits = (train: number[], test: number[], openSet = false) =>
  roleSplits({ store, images, rows: { train: Int32Array.from(train), test: Int32Array.from(test) }, openSet });

describe('roleSplits', () => {
  it('numbers the training classes first, and a label means the same class in every split', () => {
    const [train, test] = splits([2, 1, 4], [0, 3, 5]);
    expect([...train!.labels]).toEqual([1, 0, 0]);
    expect(train!.classNames).toEqual(['bee', 'cat']);
    expect([...test!.labels]).toEqual([2, 2, -1]);
    expect(test!.classNames).toEqual(['bee', 'cat', 'ant']);
    expect(test!.images(Int32Array.of(2, 0))).toEqual(Float32Array.of(1, -1));
    expect(test!.source!(1)).toBe('image 3');
  });

  it('refuses an open set whose test classes meet the training classes, naming them', () => {
    expect(() => splits([0, 1], [2, 3], true)).toThrow('1 of the 2 classes of test are training classes too: ant.');
    expect(splits([0, 3], [1, 2], true)).toHaveLength(2);
  });

  it('names what training classes are met again, all of them or some, and leaves classless images aside', () => {
    const met = (...of: number[][]) => {
      const found = splits(of[0]!, of[1]!);
      return overlappingClasses({ split: (role) => found.find((one) => one.role === role) }).map(overlapSentence);
    };
    expect(met([0, 1], [2, 3])).toEqual(['1 of the 2 classes of test are training classes too: ant.']);
    expect(met([0, 1], [3, 4])).toEqual(['All 2 classes of test are training classes too: ant, bee.']);
    expect(met([0, 3], [1, 2, 5])).toEqual([]);
  });
});
