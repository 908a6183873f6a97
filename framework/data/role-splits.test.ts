import { describe, expect, it, vi } from 'vitest';
import { memoryStore } from './memory-store.ts';
import { roleSplits } from './role-splits.ts';

const store = memoryStore([1, 1, 1], Uint8Array.of(0, 51, 102, 153, 204, 255), (row) => `image ${row}`);
const images = { labels: Int32Array.of(0, 1, 2, 0, 1, -1), classNames: ['ant', 'bee', 'cat'] };
const splits = (train: number[], test: number[], openSet = false) => roleSplits({ store, images, rows: { train: Int32Array.from(train), test: Int32Array.from(test) }, openSet });

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

  it('warns where some of the test classes are training classes and some are not', () => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    splits([0, 1], [2, 3]);
    expect(write.mock.calls.flat()).toEqual(['Warning: 1 of the 2 classes of test are training classes too: ant. Its scores are neither those of a closed nor of an open set.\n']);
    splits([0, 1], [3, 4]);
    expect(write).toHaveBeenCalledTimes(1);
    write.mockRestore();
  });
});
