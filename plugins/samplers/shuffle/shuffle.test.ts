import { RandomStreams, type Split } from 'ablate-ml';
import { expect, test } from 'vitest';
import plugin from './index.ts';
import { shuffle } from './shuffle.ts';

const split = (length: number): Split => ({
  role: 'train',
  length,
  labels: new Int32Array(length),
  classNames: ['a'],
  images: () => new Float32Array(0),
});
const context = (length: number, seed = 1) => ({ split: split(length), batch: 4, streams: new RandomStreams(seed) });
const epochOf = (sampler: ReturnType<typeof shuffle>, epoch: number): number[] =>
  Array.from({ length: sampler.stepsPerEpoch }, (_, step) => [...sampler.batch(epoch, step)]).flat();

test('every image once an epoch, the last batch short', () => {
  const sampler = shuffle({ lastBatch: 'keep' }, context(10));
  expect(sampler.stepsPerEpoch).toBe(3);
  expect(sampler.batch(0, 2)).toHaveLength(2);
  expect(epochOf(sampler, 0).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('drop leaves the short batch out', () => {
  const sampler = shuffle({ lastBatch: 'drop' }, context(10));
  expect(sampler.stepsPerEpoch).toBe(2);
  expect(new Set(epochOf(sampler, 0)).size).toBe(8);
});

test('the order is a function of seed and epoch, asked in any order', () => {
  const [first, second] = [shuffle({ lastBatch: 'keep' }, context(100)), shuffle({ lastBatch: 'keep' }, context(100))];
  const later = [...second.batch(3, 7)];
  expect(epochOf(first, 0)).toEqual(epochOf(second, 0));
  expect([...first.batch(3, 7)]).toEqual(later);
  expect(epochOf(first, 0)).not.toEqual(epochOf(first, 1));
  expect(epochOf(first, 0)).not.toEqual(epochOf(shuffle({ lastBatch: 'keep' }, context(100, 2)), 0));
});

test('the last batch is kept unless asked otherwise', () => {
  expect(plugin.schema.parse({})).toEqual({ lastBatch: 'keep' });
});
