import { expect, it } from 'vitest';
import { memoryKey } from './memory-key.ts';

const spec = (change: object = {}) =>
  ({
    seed: 1,
    schedule: {},
    dataset: { plugin: 'glyphs', options: { classes: 3 } },
    losses: [{ plugin: 'center', options: { lambda: 0.1 } }],
    optimizer: { plugin: 'sgd', options: { momentum: 0.9 } },
    train: { epochs: 3, batch: 20 },
    ...change,
  }) as never;

it.each([
  ['the seed', { seed: 2 }, true],
  ['the schedule', { schedule: { rate: 1 } }, true],
  ['the epochs', { train: { epochs: 9, batch: 20 } }, true],
  ['a weight of a loss', { losses: [{ plugin: 'center', options: { lambda: 0.003 } }] }, true],
  ['another momentum', { optimizer: { plugin: 'sgd', options: { momentum: 0.99 } } }, true],
  ['no momentum', { optimizer: { plugin: 'sgd', options: { momentum: 0 } } }, false],
  ['another loss', { losses: [{ plugin: 'softmax', options: { lambda: 0.1 } }] }, false],
  ['a count of a loss', { losses: [{ plugin: 'center', options: { lambda: 0.1, size: 8192 } }] }, false],
  ['the batch', { train: { epochs: 3, batch: 40 } }, false],
  ['the data set', { dataset: { plugin: 'glyphs', options: { classes: 4 } } }, false],
])('whether %s leaves the memory as it is', (_, change, same) =>
  expect(memoryKey(spec(change)) === memoryKey(spec())).toBe(same),
);
