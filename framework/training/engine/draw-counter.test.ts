import { expect, it } from 'vitest';
import { DrawCounter } from './draw-counter.ts';

const sampler = {
  stepsPerEpoch: 3,
  batch: (epoch: number, step: number) =>
    Int32Array.from(
      [
        [0, 1],
        [1, 1],
        [0, 1 + epoch],
      ][step]!,
    ),
};

it('counts how often an image has come up in the epoch, within a batch too', () => {
  const counter = new DrawCounter(sampler);
  const repeats = (epoch: number) => [0, 1, 2].map((step) => [...counter.batch(epoch, step).repeats]);
  expect(repeats(0)).toEqual([
    [0, 0],
    [1, 2],
    [1, 3],
  ]);
  expect(repeats(1)[2]).toEqual([1, 0]);
});

it('gives a run that is resumed within an epoch the same counts', () => {
  const counter = new DrawCounter(sampler);
  expect([...new DrawCounter(sampler).batch(0, 2).repeats]).toEqual([1, 3]);
  counter.batch(0, 2);
  expect([...counter.batch(0, 1).repeats]).toEqual([1, 2]);
});
