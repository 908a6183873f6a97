import { expect, test } from 'vitest';
import type { Role } from '../contracts/dataset.ts';
import type { EmbeddedSplit, EvaluationInput, Evaluator } from '../contracts/evaluator.ts';
import type { PostProcessor } from '../contracts/post-processor.ts';
import { postProcessed } from './post-processing.ts';

const split = (role: Role, values: number[]): EmbeddedSplit => ({
  role,
  dim: 1,
  embeddings: Float32Array.from(values),
  labels: new Int32Array(values.length),
  classNames: ['a'],
});
const input = (...splits: EmbeddedSplit[]): EvaluationInput => ({
  role: 'test',
  split: async (role) => splits.find((one) => one.role === role),
  pairs: async () => ({
    images: split('pairs', [5, 6]),
    left: Int32Array.of(0),
    right: Int32Array.of(1),
    same: Uint8Array.of(1),
    fold: Int32Array.of(0),
  }),
  centers: new Map(),
  trainingImages: 2,
  seed: 1,
});

/** Adds the mean of what it was fitted on. */
function addsMean(): PostProcessor {
  let mean = NaN;
  return {
    fit: ({ values }) => {
      mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    },
    learned: () => ({ mean: { shape: [1], values: Float32Array.of(mean) } }),
    restore: (learned) => {
      mean = learned['mean']!.values[0]!;
    },
    apply: ({ values, dim }) => ({ values: values.map((value) => value + mean), dim }),
  };
}
/** Adds the sum of the gallery, without the row itself. */
const addsGallery = (expands: 'queries' | 'gallery'): PostProcessor => ({
  expands,
  apply: ({ values, dim }, searched) => {
    const sum = searched!.gallery.values.reduce((all, value) => all + value, 0);
    return { values: values.map((value) => value + sum - (searched!.leaveOneOut ? value : 0)), dim };
  },
});

/** What an evaluator sees of some roles. */
async function seen(steps: Record<string, PostProcessor>, given: EvaluationInput, roles: readonly Role[]) {
  const found: Record<string, number[] | undefined> = {};
  const evaluator: Evaluator = {
    async evaluate({ split: of, pairs }) {
      for (const role of roles) {
        const one = await of(role);
        found[role] = one && [...one.embeddings];
      }
      found['pairs'] = [...(await pairs())!.images.embeddings];
      return { metrics: {} };
    },
  };
  const component = async (_: 'post-processor', use: unknown) => steps[use as string]!;
  await (await postProcessed(evaluator, Object.keys(steps), { component })).evaluate(given);
  return found;
}

test('steps are fitted one after another, on what those before make of training images', async () => {
  const given = input(split('train', [1, 3]), split('test', [10]));
  // The first adds 2; of [3, 5] the second learns 4.
  expect(await seen({ first: addsMean(), second: addsMean() }, given, ['test', 'validation'])).toEqual({
    test: [16],
    validation: undefined,
    pairs: [11, 12],
  });
});

test('queries and gallery: each is changed by the gallery as it was before, distractors are part of it', async () => {
  const given = input(split('gallery', [1, 2]), split('probe', [10]), split('distractors', [4]));
  const roles = ['gallery', 'distractors', 'probe'] as const;
  expect(await seen({ q: addsGallery('queries') }, given, roles)).toMatchObject({
    gallery: [1, 2],
    distractors: [4],
    probe: [17],
  });
  // Each row of the gallery becomes the whole sum, 7; then the query adds 3 · 7.
  expect(await seen({ g: addsGallery('gallery'), q: addsGallery('queries') }, given, roles)).toMatchObject({
    gallery: [7, 7],
    distractors: [7],
    probe: [31],
  });
});

test('a split searched by itself is its own gallery; images of pairs have none', async () => {
  expect(await seen({ q: addsGallery('queries') }, input(split('test', [1, 2, 4])), ['test'])).toEqual({
    test: [7, 7, 7],
    pairs: [5, 6],
  });
});

test('what cannot be is refused: nothing to fit on, neighbors of pairs, no catalogue', async () => {
  const evaluator: Evaluator = { evaluate: async () => ({ metrics: {} }) };
  const component = async () => addsMean();
  const made = await postProcessed(evaluator, ['x'], { component });
  await expect(made.evaluate(input())).rejects.toThrow('there are none');
  const expanding = async () => addsGallery('queries');
  await expect(postProcessed(evaluator, ['x'], { component: expanding }, true)).rejects.toThrow('pairs have none');
  await expect(postProcessed(evaluator, ['x'], {})).rejects.toThrow('cannot be made here');
  expect(await postProcessed(evaluator, [], {})).toBe(evaluator);
});
