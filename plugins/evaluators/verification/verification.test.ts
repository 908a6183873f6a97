import { readFileSync } from 'node:fs';
import { RandomStreams, tf, type EmbeddedPairs, type EmbeddedSplit, type EvaluationInput } from 'ablate-ml';
import { rankScores } from 'ablate-ml/metrics';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '#test/expect-close';
import { foldAccuracy } from './fold-accuracy.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly input: Record<string, unknown>;
  readonly expected: Record<string, unknown>;
}
const casesIn = (file: string): Case[] =>
  (
    JSON.parse(readFileSync(new URL(`../../../test/reference/vectors/${file}`, import.meta.url), 'utf8')) as {
      cases: Case[];
    }
  ).cases;
const cases = [...casesIn('metrics.json'), ...casesIn('metrics-verification.json')];

describe('reference cases', () => {
  test.each(cases.filter(({ kind }) => ['verification', 'threshold', 'verification-groups'].includes(kind)))(
    '$name',
    async ({ input, expected }) => {
      expectClose(await plugin.answer!(input), expected);
    },
  );
});

test('fold accuracy by hand: the threshold comes from the other fold', () => {
  // Fold 0 is best at 0.5 (or 0.6), fold 1 at 0.9; each uses the other's.
  const ranked = rankScores([0.2, 0.6, 0.5, 0.9, 0.3, 0.8], [0, 1, 1, 1, 0, 0]);
  const { accuracies, thresholds } = foldAccuracy(ranked, [0, 0, 0, 1, 1, 1]);
  expect(thresholds).toEqual([0.9, 0.3]);
  expect(accuracies).toEqual([1 / 3, 1 / 3]);
});

test('a weight counts a pair as often', () => {
  const [scores, same, fold] = [
    [0.1, 0.4, 0.35, 0.8, 0.2],
    [0, 0, 1, 1, 1],
    [0, 1, 0, 1, 1],
  ];
  const twice = foldAccuracy(rankScores(scores, same), fold, Float64Array.from([2, 1, 0, 1, 1]));
  const copied = foldAccuracy(rankScores([0.1, 0.1, 0.4, 0.8, 0.2], [0, 0, 0, 1, 1]), [0, 0, 1, 1, 1]);
  expect(twice.accuracies).toEqual(copied.accuracies);
});

/** Four classes of three images around four directions, with pairs in two folds. */
function input(role: 'test' | 'validation' = 'test'): EvaluationInput {
  const random = new RandomStreams(5).stream('embeddings');
  const labels = Int32Array.from({ length: 12 }, (_, row) => row % 4);
  const embeddings = Float32Array.from(
    { length: 48 },
    (_, entry) => (entry % 4 === labels[entry >> 2] ? 1 : 0) + 0.15 * random.normal(),
  );
  const split: EmbeddedSplit = { role: 'test', dim: 4, embeddings, labels, classNames: ['a', 'b', 'c', 'd'] };
  const mirrored = { ...split, embeddings: embeddings.map((value) => value + 0.01) };
  const pairs: EmbeddedPairs = {
    images: split,
    left: Int32Array.from([0, 1, 2, 3]),
    right: Int32Array.from([4, 2, 6, 0]),
    same: Uint8Array.from([1, 0, 1, 0]),
    fold: Int32Array.from([0, 0, 1, 1]),
  };
  return {
    role,
    split: async (wanted, flipped) => (wanted === role ? (flipped ? mirrored : split) : undefined),
    pairs: async (flipped) => ({ ...pairs, images: flipped ? mirrored : split }),
    centers: new Map(),
    trainingImages: 1,
    seed: 1,
  };
}
/** The same with a validation split. */
function both(): EvaluationInput {
  const [test, validation] = [input(), input('validation')];
  return {
    ...test,
    split: async (role, mirrored) => (role === 'validation' ? validation : test).split(role, mirrored),
  };
}
const evaluate = async (options: Record<string, unknown>, given = input()) =>
  (await plugin.create(plugin.schema.parse(options), { streams: new RandomStreams(1) })).evaluate(given);

test.each([{}, { flip: 'sum' }, { flip: 'concatenate' }, { distance: 'euclidean' }])(
  'separable classes are told apart with %o',
  async (options) => {
    const { metrics, intervals, curves } = await evaluate(options);
    expect(metrics).toMatchObject({ 'verification-auc': 1, 'verification-eer': 0, 'TAR@FAR=1e-3': 1 });
    expect(intervals!['verification-auc']![1]).toBe(1);
    expect(curves!['verification-roc']!.x.at(-1)).toBe(1);
  },
);

test('intervals follow from the seed', async () => {
  expect((await evaluate({ bootstrap: 50 })).intervals).toEqual((await evaluate({ bootstrap: 50 })).intervals);
  expect((await evaluate({ bootstrap: 0 })).intervals).toEqual({});
});

test('validation never looks at the test pairs: it draws its own, within folds of classes', async () => {
  const given = { ...input('validation'), pairs: () => Promise.reject(new Error('test pairs')) };
  const { metrics } = await evaluate({ sampledPairs: 40 }, given);
  expect(metrics['verification-auc']).toBeGreaterThan(0.9);
});

test('pairs of one fold have no accuracy, for no other fold chooses the threshold; it is said', async () => {
  const given = input();
  const pairs = (await given.pairs())!;
  const oneFold = { ...given, pairs: async () => ({ ...pairs, fold: new Int32Array(pairs.fold.length) }) };
  const { metrics, intervals, notes } = await evaluate({}, oneFold);
  expect(Object.keys({ ...metrics, ...intervals }).filter((name) => name.startsWith('verification-accuracy'))).toEqual(
    [],
  );
  expect(metrics).toMatchObject({ 'verification-auc': 1, 'verification-eer': 0 });
  expect(notes).toEqual([expect.stringMatching(/^verification-accuracy is left out: the pairs have one fold/)]);
  expect((await evaluate({})).notes).toBeUndefined();
});

test('a flip test of bare embeddings is refused, and NaN is named', async () => {
  const bare = input();
  await expect(
    evaluate({ flip: 'sum' }, { ...bare, pairs: async (flipped) => (flipped ? undefined : bare.pairs()) }),
  ).rejects.toThrow('there are no images to flip');
  const broken = await bare.pairs();
  broken!.images.embeddings[9] = NaN;
  await expect(evaluate({}, { ...bare, pairs: async () => broken })).rejects.toThrow('at row 2 holds NaN');
});

test('thresholds come with what they do and with intervals; validation keeps its own promise', async () => {
  const { operatingPoints, metrics } = await evaluate({ falseAcceptRates: [0.1], thresholds: 'validation' }, both());
  const { score, points } = operatingPoints!['verification']!;
  expect(score).toBe('cosine');
  expect(Object.keys(points)).toEqual(['FAR=1e-1', 'equal-error', 'best-accuracy']);
  const point = points['FAR=1e-1']!;
  expect(point).toMatchObject({ FAR: 0, TAR: 1, accuracy: 1 });
  const [low, high] = point.intervals['threshold']!;
  expect(low).toBeLessThanOrEqual(point.threshold!);
  expect(high).toBeGreaterThanOrEqual(point.threshold!);
  expect(metrics).toMatchObject({ 'held-out-FAR@FAR=1e-1': 0, 'held-out-accuracy': expect.any(Number) as number });
  const bare = await evaluate({ thresholds: 'validation' });
  expect(bare.notes).toEqual([expect.stringContaining('no thresholds and no calibration from validation')]);
  expect(Object.keys(bare.metrics).filter((name) => name.startsWith('held-out'))).toEqual([]);
});

test.each(['platt', 'isotonic'] as const)('%s calibration is fitted on validation and measured here', async (kind) => {
  const { operatingPoints, metrics } = await evaluate({ calibration: kind, bootstrap: 0 }, both());
  expect(operatingPoints!['verification']!.calibration!.kind).toBe(kind);
  expect(metrics['calibration-error']).toBeLessThan(0.1);
});

test('groups are told apart at one threshold; a pair of two groups belongs to none', async () => {
  const given = input();
  const pairs = (await given.pairs())!;
  const columns = {
    side: { kind: 'label' as const, values: pairs.images.labels.map((label) => label % 2), names: ['even', 'odd'] },
  };
  const images = { ...pairs.images, columns };
  const named = { ...given, pairs: async () => ({ ...pairs, images }) };
  const { metrics, operatingPoints } = await evaluate({ group: 'side', falseAcceptRates: [0.1] }, named);
  expect(metrics).toMatchObject({
    'TAR@FAR=1e-1,group=even': 1,
    'worst-group-TAR@FAR=1e-1': 1,
  });
  // Pairs 0 and 2 show one class each, of even number; pairs 1 and 3 two classes of different parity.
  expect(operatingPoints!['verification']!.points['FAR=1e-1']!.groups).toEqual({
    even: expect.objectContaining({ count: 2, TAR: 1, FAR: null }) as unknown,
  });
  await expect(evaluate({ group: 'side' })).rejects.toThrow('no column of labels "side"');
});

test('exclude leaves pairs of one camera out and says how many', async () => {
  const given = input();
  const pairs = (await given.pairs())!;
  // Images 0 and 4, a pair of one class, have one camera; so have 1 and 2, a pair of two.
  const values = Int32Array.from(pairs.images.labels, (_, row) => (row === 0 || row === 4 ? 0 : row < 3 ? 1 : row));
  const names = Array.from({ length: 12 }, (_, camera) => `camera ${camera}`);
  const images = { ...pairs.images, columns: { camera: { kind: 'label', values, names } as const } };
  const seen = { ...given, pairs: async () => ({ ...pairs, images }) };
  const left = (exclude: object) => evaluate({ exclude, bootstrap: 0 }, seen);
  expect((await left({ same: 'camera' })).notes).toContain(
    'verification leaves out 1 of 4 pairs, which `exclude` names.',
  );
  // Of those of any class, one of each kind is left, in one fold.
  const { metrics, notes } = await left({ same: 'camera', of: 'any' });
  expect(notes![0]).toBe('verification leaves out 2 of 4 pairs, which `exclude` names.');
  expect(notes![1]).toMatch(/^verification-accuracy is left out: the pairs have one fold/);
  expect(metrics['verification-auc']).toBe(1);
});
