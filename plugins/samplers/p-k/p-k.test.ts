import { RandomStreams, type SamplerContext } from 'ablate-ml';
import { expect, test } from 'vitest';
import plugin from './index.ts';
import { pK } from './p-k.ts';

/** A split in which class c has `sizes[c]` images, mixed. */
function context(sizes: readonly number[], batch: number, seed = 1): SamplerContext {
  const streams = new RandomStreams(seed);
  const labels = streams
    .stream('mix')
    .shuffle(Int32Array.from(sizes.flatMap((size, label) => Array<number>(size).fill(label))));
  const classNames = sizes.map((_, label) => `class-${label}`);
  return {
    split: { role: 'train', length: labels.length, labels, classNames, images: () => new Float32Array(0) },
    batch,
    streams,
  };
}
const options = (given: Record<string, unknown> = {}) => plugin.schema.parse(given);

test('every batch holds P different classes with K different images each', () => {
  const given = context([9, 4, 5, 30, 7, 4], 12);
  const sampler = pK(options(), given);
  expect(sampler.stepsPerEpoch).toBe(4);
  for (let epoch = 0; epoch < 20; epoch++) {
    for (let step = 0; step < sampler.stepsPerEpoch; step++) {
      const batch = sampler.batch(epoch, step);
      expect(new Set(batch).size).toBe(12);
      const counts = new Map<number, number>();
      for (const index of batch)
        counts.set(given.split.labels[index]!, (counts.get(given.split.labels[index]!) ?? 0) + 1);
      expect([...counts.values()]).toEqual([4, 4, 4]);
    }
  }
});

test('classes come up equally often, and all images in turn', () => {
  const given = context([8, 8, 8, 8], 8);
  const sampler = pK(options(), given);
  const epoch = Array.from({ length: sampler.stepsPerEpoch }, (_, step) => [...sampler.batch(0, step)]).flat();
  expect(epoch.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, index) => index));
});

test('a batch is a function of seed, epoch and step', () => {
  const sizes = [10, 10, 10, 10];
  const [first, second] = [pK(options(), context(sizes, 8)), pK(options(), context(sizes, 8))];
  const later = second.batch(5, 3);
  expect(first.batch(0, 0)).toEqual(second.batch(0, 0));
  expect(first.batch(5, 3)).toEqual(later);
  expect(first.batch(5, 3)).not.toEqual(first.batch(4, 3));
});

test('a class with fewer than K images is named, or oversampled by option', () => {
  const sizes = [1, 5, 3, 5];
  expect(() => pK(options(), context(sizes, 8))).toThrow(
    'needs 4 images of each class; 2 classes have fewer: class-0 (1), class-2 (3).',
  );
  const given = context(sizes, 16);
  const sampler = pK(options({ fewImages: 'oversample' }), given);
  const labels = [...sampler.batch(0, 0)].map((index) => given.split.labels[index]);
  expect([0, 1, 2, 3].map((label) => labels.filter((other) => other === label).length)).toEqual([4, 4, 4, 4]);
});

test('images of no class and classes without images are left out', () => {
  const given = context([4, 0, 4], 8);
  given.split.labels[0] = -1;
  expect(() => pK(options({ imagesPerClass: 3, classesPerBatch: 3 }), { ...given, batch: 9 })).toThrow(
    '3 classes into a batch, and the training split has 2',
  );
});

test('P × K must be train.batch', () => {
  expect(() => pK(options({ classesPerBatch: 3 }), context([9, 9, 9], 16))).toThrow(
    '3 classes × 4 images are 12, and train.batch is 16.\n  Set train.batch to 12.',
  );
  expect(() => pK(options(), context([9, 9, 9], 10))).toThrow(
    'no whole number of classes with 4 images each fills a batch, and train.batch is 10',
  );
});

test('tells the spec checker K', () => {
  expect(plugin.imagesPerClass!(options({ imagesPerClass: 7 }))).toBe(7);
});
