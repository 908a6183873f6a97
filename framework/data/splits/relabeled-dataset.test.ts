import { expect, it } from 'vitest';
import type { Dataset, Role, Split } from '../../contracts/dataset.ts';
import { labelColumn } from './columns.ts';
import { relabeledDataset } from './relabeled-dataset.ts';

const split = (role: Role, labels: number[], classNames: string[], kinds: string[], kindNames: string[]): Split => ({
  role,
  length: labels.length,
  labels: Int32Array.from(labels),
  classNames,
  images: () => new Float32Array(labels.length),
  source: (index) => `${role}/${index}`,
  columns: {
    superclass: { kind: 'label', values: Int32Array.from(kinds, (kind) => kindNames.indexOf(kind)), names: kindNames },
    weight: { kind: 'number', values: new Float64Array(labels.length) },
  },
});
const kinds = ['bird', 'cat', 'fish'];
// Training has the classes 0 to 2, which are of two kinds; test has two others, of two kinds.
const names = ['owl', 'trout', 'eagle', 'carp', 'lion'];
const train = split('train', [0, 1, 2, 1], names.slice(0, 3), ['bird', 'fish', 'bird', 'fish'], kinds);
const test = split('test', [3, 4, -1], names, ['fish', 'cat', ''], kinds);
const dataset: Dataset = {
  imageShape: [1, 1, 1],
  provenance: { digest: 'd', source: 's' },
  split: (role) => (role === 'train' ? train : role === 'test' ? test : undefined),
};
const shown = (made: Dataset, role: Role): (string | undefined)[] => {
  const { labels, classNames } = made.split(role)!;
  return Array.from(labels, (label) => (label < 0 ? undefined : `${label} ${classNames[label]}`));
};

it('trains on one column and tests on the classes, which no number of training means', () => {
  const made = relabeledDataset(dataset, { train: 'superclass' });
  expect(made.split('train')!.classNames).toEqual(['bird', 'fish']);
  expect(shown(made, 'train')).toEqual(['0 bird', '1 fish', '0 bird', '1 fish']);
  expect(shown(made, 'test')).toEqual(['5 carp', '6 lion', undefined]);
  expect(made.split('test')!.classNames.slice(0, 2)).toEqual(['bird', 'fish']);
  expect(made.split('train')!.columns!.class).toEqual({
    kind: 'label',
    values: Int32Array.of(0, 1, 2, 1),
    names: ['owl', 'trout', 'eagle'],
  });
});

it('takes one column for all images: training classes first, the same number for the same name', () => {
  const made = relabeledDataset(dataset, 'superclass');
  expect(shown(made, 'train')).toEqual(['0 bird', '1 fish', '0 bird', '1 fish']);
  expect(shown(made, 'test')).toEqual(['1 fish', '2 cat', undefined]);
});

it('keeps the training classes where test alone is of another column, and a data set that says nothing as it is', () => {
  const made = relabeledDataset(dataset, { test: 'superclass' });
  expect(shown(made, 'train')).toEqual(['0 owl', '1 trout', '2 eagle', '1 trout']);
  expect(shown(made, 'test')).toEqual(['5 fish', '4 cat', undefined]);
  expect(relabeledDataset(dataset, undefined)).toBe(dataset);
});

it('refuses a column that is not there, is of another kind, or leaves a training image without a class', () => {
  expect(() => relabeledDataset(dataset, { train: 'camera' }).split('train')).toThrow(
    'dataset.class.train is the column "camera", which the images of train do not have.\n  Their columns: superclass (label), weight (number).',
  );
  expect(() => relabeledDataset(dataset, 'weight')).toThrow('has a number an image and not a class');
  const bare = { ...train, columns: { part: labelColumn(['a', '', 'b', 'a']) } };
  expect(() => relabeledDataset({ ...dataset, split: () => bare }, 'part')).toThrow(
    'train/1 is to train and has nothing in the column "part"',
  );
});
