import { describe, expect, test } from 'vitest';
import { RandomStreams } from '../../base/random/random-streams.ts';
import { ClassSampler } from './class-sampler.ts';

const random = (step: number) => new RandomStreams(7).stream('classes', step);

describe('a draw', () => {
  test.each([
    [100, 10],
    [100, 60],
    [33, 32],
    [1000, 8],
  ])('of %i classes, %i columns: keeps the positives, ascending, all different', (classes, columns) => {
    const sampler = new ClassSampler(classes);
    for (let step = 0; step < 50; step++) {
      const drawn = [...sampler.draw([5, 31, 5, 0], columns, random(step))];
      expect(drawn).toHaveLength(columns);
      expect(drawn).toEqual([...new Set(drawn)].sort((one, other) => one - other));
      expect(drawn).toEqual(expect.arrayContaining([0, 5, 31]));
      expect(Math.max(...drawn)).toBeLessThan(classes);
    }
  });

  test('of all the classes is all of them in order', () => {
    expect([...new ClassSampler(70).draw([3], 70, random(0))]).toEqual(Array.from({ length: 70 }, (_, label) => label));
    expect(new ClassSampler(70).draw([3], 1000, random(0))).toHaveLength(70);
  });

  test('keeps every positive where there are more than columns', () => {
    expect([...new ClassSampler(50).draw([40, 2, 9], 1, random(0))]).toEqual([2, 9, 40]);
  });

  test('is the same for the same step, whatever was drawn before', () => {
    const one = new ClassSampler(1000).draw([1], 100, random(9));
    const other = new ClassSampler(1000);
    other.draw([4, 5], 700, random(8));
    expect(other.draw([1], 100, random(9))).toEqual(one);
    expect(other.draw([1], 100, random(10))).not.toEqual(one);
  });

  test.each([10, 70])('of %i among 100 takes each negative equally often', (columns) => {
    const counts = new Array<number>(100).fill(0);
    const sampler = new ClassSampler(100);
    const draws = 4000;
    for (let step = 0; step < draws; step++)
      for (const label of sampler.draw([50], columns, random(step))) counts[label]!++;
    expect(counts[50]).toBe(draws);
    const share = (columns - 1) / 99;
    const deviation = Math.sqrt(draws * share * (1 - share));
    for (const [label, count] of counts.entries())
      if (label !== 50) expect(Math.abs(count - draws * share)).toBeLessThan(5 * deviation);
  });
});
