import { RandomStreams, type SamplerContext } from 'ablate-ml';
import { expect, test } from 'vitest';
import { balanceShare, classBalanced, classChances } from './class-balanced.ts';
import plugin from './index.ts';

/** A split in which class c has `sizes[c]` images, mixed. */
function context(sizes: readonly number[], batch: number, seed = 1): SamplerContext {
  const streams = new RandomStreams(seed);
  const labels = streams
    .stream('mix')
    .shuffle(Int32Array.from(sizes.flatMap((size, label) => Array<number>(size).fill(label))));
  return {
    split: {
      role: 'train',
      length: labels.length,
      labels,
      classNames: sizes.map(String),
      images: () => new Float32Array(0),
    },
    batch,
    streams,
  };
}
const options = (given: Record<string, unknown> = {}) => plugin.schema.parse(given);
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 6));
/** How often each class comes up in some epochs. */
function shares(given: SamplerContext, chosen: Record<string, unknown>, epochs: number, first = 0): number[] {
  const sampler = classBalanced(options(chosen), given);
  const counts = given.split.classNames.map(() => 0);
  let all = 0;
  for (let epoch = first; epoch < first + epochs; epoch++) {
    for (let step = 0; step < sampler.stepsPerEpoch; step++)
      for (const index of sampler.batch(epoch, step)) [counts[given.split.labels[index]!]!++, all++];
  }
  return counts.map((count) => count / all);
}

test('chances by hand', () => {
  const sizes = Int32Array.of(1, 4, 16);
  expect([...classChances({ by: 'power', q: 0 }, sizes)]).toEqual(close([1 / 3, 1 / 3, 1 / 3]));
  expect([...classChances({ by: 'power', q: 0.5 }, sizes)]).toEqual(close([1 / 7, 2 / 7, 4 / 7]));
  expect([...classChances({ by: 'power', q: 1 }, sizes)]).toEqual(close([1 / 21, 4 / 21, 16 / 21]));
  // β = 0.5: n / (2 − 2 · 0.5ⁿ) = 1, 4 / 1.875 and, for 2 images, 2 / 1.5; over their sum 4.466667
  expect([...classChances({ by: 'effective-number', beta: 0.5 }, Int32Array.of(1, 4, 2))]).toEqual(
    close([0.223881, 0.477612, 0.298507]),
  );
});

test('the balance comes in at an epoch, or little by little', () => {
  expect([0, 1, 2, 3].map((epoch) => balanceShare({ from: 2, over: 0 }, epoch))).toEqual([0, 0, 1, 1]);
  expect([0, 1, 2, 3, 4, 9].map((epoch) => balanceShare({ from: 1, over: 2 }, epoch))).toEqual([0, 0, 0.5, 1, 1, 1]);
});

test('classes come up by their chances, in every epoch', () => {
  const given = context([2, 30, 200], 32);
  // Standard deviations of 40 epochs of 256 draws: at most 0.005.
  const near = (found: number[], wanted: number[]) =>
    found.forEach((share, label) => expect(Math.abs(share - wanted[label]!), `class ${label}`).toBeLessThan(0.025));
  near(shares(given, {}, 40), [1 / 3, 1 / 3, 1 / 3]);
  near(shares(given, { balance: { by: 'power', q: 1 } }, 40), [2 / 232, 30 / 232, 200 / 232]);
  near(shares(given, { from: 50 }, 40), [2 / 232, 30 / 232, 200 / 232]);
  near(shares(given, { from: 50 }, 40, 50), [1 / 3, 1 / 3, 1 / 3]);
});

test('a class shows all its images before one comes back', () => {
  const given = context([3, 60], 8);
  const sampler = classBalanced(options(), given);
  const rare = Array.from({ length: sampler.stepsPerEpoch }, (_, step) => [...sampler.batch(4, step)])
    .flat()
    .filter((index) => given.split.labels[index] === 0);
  expect(rare.length).toBeGreaterThan(9);
  for (let begin = 0; begin + 3 <= rare.length; begin += 3) expect(new Set(rare.slice(begin, begin + 3)).size).toBe(3);
});

test('a batch is a function of seed, epoch and step; every batch is full', () => {
  const [first, second] = [
    classBalanced(options(), context([5, 10, 15], 8)),
    classBalanced(options(), context([5, 10, 15], 8)),
  ];
  const later = second.batch(5, 3);
  expect(first.batch(0, 0)).toEqual(second.batch(0, 0));
  expect(first.batch(5, 3)).toEqual(later);
  expect(first.batch(4, 3)).not.toEqual(later);
  expect([first.stepsPerEpoch, later.length]).toEqual([4, 8]);
});

test('images of no class and classes without images never come up', () => {
  const given = context([6, 0, 6], 4);
  given.split.labels.fill(-1, 0, 3);
  const sampler = classBalanced(options(), given);
  for (let step = 0; step < sampler.stepsPerEpoch; step++)
    for (const index of sampler.batch(0, step)) expect(given.split.labels[index]).toBeGreaterThanOrEqual(0);
  given.split.labels.fill(-1);
  expect(() => classBalanced(options(), given)).toThrow('no training image has one');
});
