import { expect, test } from 'vitest';
import { didYouMean } from './did-you-mean.ts';

test.each([
  ['sdg', ['adam', 'sgd'], 'sgd'],
  ['SDG', ['adam', 'sgd'], 'sgd'],
  ['momnetum', ['momentum'], 'momentum'],
  ['lamda', ['lambda', 'alpha'], 'lambda'],
  ['leastPerClass', ['minPerClass', 'perClass'], 'minPerClass'],
  ['reduction', ['distance', 'miner', 'reducer'], 'reducer'],
  ['epsilon', ['distance', 'miner', 'reducer'], 'miner'],
  ['normalise', ['normalize'], 'normalize'],
  ['arc', ['arcface', 'combined-margin'], undefined],
  ['margin', ['arcface', 'combined-margin'], 'combined-margin'],
])('%s among %j: %s', (wrong, names, meant) => {
  expect(didYouMean(wrong, names)).toBe(meant === undefined ? undefined : `Did you mean "${meant}"?`);
});

test('gds is no sgd with two letters changed', () => {
  expect(didYouMean('gds', ['sgd'])).toBeUndefined();
});
