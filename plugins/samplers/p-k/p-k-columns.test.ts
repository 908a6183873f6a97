import { RandomStreams, type SamplerContext } from 'ablate-ml';
import { labelColumn } from 'ablate-ml/data';
import { expect, test } from 'vitest';
import plugin from './index.ts';
import { pK } from './p-k.ts';

/** 9 classes of 6 images: 0 to 3 are birds, 4 to 6 cats, 7 and 8 fish; images of a class are of 3 cameras in turn. */
const labels = Int32Array.from({ length: 54 }, (_, index) => Math.floor(index / 6));
const kindOf = (label: number): string => (label < 4 ? 'bird' : label < 7 ? 'cat' : 'fish');
const context = (batch: number): SamplerContext => ({
  split: {
    role: 'train',
    length: labels.length,
    labels,
    classNames: Array.from({ length: 9 }, (_, label) => `c${label}`),
    images: () => new Float32Array(0),
    columns: {
      superclass: labelColumn(Array.from(labels, kindOf)),
      camera: labelColumn(Array.from(labels, (_, index) => `camera ${index % 3}`)),
    },
  },
  batch,
  streams: new RandomStreams(1),
});
const batches = (options: object, batch: number, epochs = 6): number[][] => {
  const sampler = pK(plugin.schema.parse(options), context(batch));
  return Array.from({ length: epochs * sampler.stepsPerEpoch }, (_, at) => [
    ...sampler.batch(Math.floor(at / sampler.stepsPerEpoch), at % sampler.stepsPerEpoch),
  ]);
};
const classesOf = (batch: number[]): number[] => [...new Set(batch.map((index) => labels[index]!))];

test('classes of a batch come from one group, and from two where one has too few', () => {
  const found = batches({ imagesPerClass: 2, within: 'superclass' }, 6);
  const kinds = found.map((batch) => new Set(classesOf(batch).map(kindOf)));
  for (const [index, batch] of found.entries()) {
    expect(classesOf(batch)).toHaveLength(3);
    expect(kinds[index]!.size).toBe(kinds[index]!.has('fish') ? 2 : 1);
  }
  expect(new Set(kinds.flatMap((kind) => [...kind]))).toEqual(new Set(['bird', 'cat', 'fish']));
});

test('several groups share a batch', () => {
  for (const batch of batches({ imagesPerClass: 2, within: { column: 'superclass', groups: 2 } }, 8)) {
    expect(classesOf(batch)).toHaveLength(4);
    const counts = new Map<string, number>();
    for (const label of classesOf(batch)) counts.set(kindOf(label), (counts.get(kindOf(label)) ?? 0) + 1);
    expect([...counts.values()]).toEqual([2, 2]);
  }
});

test("a class's images are of different cameras, then again of as many, none twice", () => {
  const cameras = (images: number[]): number => new Set(images.map((index) => index % 3)).size;
  const ofClass = (batch: number[], label: number): number[] => batch.filter((index) => labels[index] === label);
  for (const batch of batches({ imagesPerClass: 3, distinct: 'camera' }, 9))
    for (const label of classesOf(batch)) expect(cameras(ofClass(batch, label))).toBe(3);
  for (const batch of batches({ imagesPerClass: 5, distinct: 'camera' }, 15))
    for (const label of classesOf(batch)) {
      const images = ofClass(batch, label);
      expect(new Set(images).size).toBe(5);
      for (const camera of [0, 1, 2]) expect(images.filter((index) => index % 3 === camera).length).toBeGreaterThan(0);
    }
  const plain = batches({ imagesPerClass: 3 }, 9).flatMap((batch) =>
    classesOf(batch).map((label) => cameras(ofClass(batch, label))),
  );
  expect(plain).toContain(2);
});

test('every image and class comes up, and a batch is a function of seed, epoch and step', () => {
  const options = { imagesPerClass: 2, within: 'superclass', distinct: 'camera' };
  const found = batches(options, 6, 40);
  expect(new Set(found.flat()).size).toBe(54);
  expect(batches(options, 6, 40)).toEqual(found);
});

test('says which columns it reads', () => {
  const columns = (options: object) => plugin.columns!(plugin.schema.parse(options));
  expect(columns({})).toEqual({});
  expect(columns({ within: 'superclass', distinct: 'camera' })).toEqual({ superclass: 'label', camera: 'label' });
  expect(columns({ within: { column: 'kind' } })).toEqual({ kind: 'label' });
});
