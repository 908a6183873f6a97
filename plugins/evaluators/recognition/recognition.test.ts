import { readFileSync } from 'node:fs';
import { RandomStreams, tf, type EmbeddedSplit, type EvaluationInput, type Role } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { byConfidence, globalAveragePrecision } from './global-average-precision.ts';
import plugin from './index.ts';
import { answeredWell, bestThreshold } from './threshold.ts';

beforeAll(() => tf.setBackend('cpu'));

const { gap } = JSON.parse(
  readFileSync(new URL('../../../test/reference/evaluation/scikit-learn.json', import.meta.url), 'utf8'),
) as { gap: { name: string; confidence: number[]; mated: number[]; correct: number[]; gap: number }[] };
const gapOf = (scores: number[], mated: number[], correct: number[], weights?: number[]): number =>
  globalAveragePrecision(
    { scores, mated, correct },
    byConfidence({ scores, correct }),
    weights && Float64Array.from(weights),
  );

test.each(gap)(
  "scikit-learn's average precision, scaled to all queries with a class: $name",
  ({ confidence, mated, correct, gap: expected }) => {
    expect(gapOf(confidence, mated, correct)).toBeCloseTo(expected, 12);
  },
);

test('GAP by hand: right, unknown, right, wrong', () => {
  expect(gapOf([0.9, 0.8, 0.7, 0.6], [1, 0, 1, 1], [1, 0, 1, 0])).toBeCloseTo((1 + 2 / 3) / 3, 12);
});

test('of equally confident predictions the wrong one counts first', () => {
  expect(gapOf([0.5, 0.5], [1, 0], [1, 0])).toBe(0.5);
});

test('a weight counts a query as often as copies do', () => {
  expect(gapOf([0.9, 0.5, 0.4], [1, 0, 1], [1, 0, 1], [2, 0, 3])).toBeCloseTo(
    gapOf([0.9, 0.9, 0.4, 0.4, 0.4], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]),
    12,
  );
});

test('the threshold by hand', () => {
  // Unknown at 0.3 and 0.6, known and right at 0.5 and 0.8, known and wrong at 0.4: from 0.5 on three are answered
  // well, as from 0.8 on.
  const answers = {
    scores: Float64Array.from([0.3, 0.6, 0.5, 0.8, 0.4]),
    mated: Uint8Array.from([0, 0, 1, 1, 1]),
    correct: Uint8Array.from([0, 0, 1, 1, 0]),
  };
  expect(bestThreshold(answers)).toBe(0.4);
  expect([0.3, 0.4, 0.5, 0.6, 0.8].map((threshold) => answeredWell(answers, threshold) * 5)).toEqual([2, 3, 3, 2, 3]);
});

const split = (role: Role, angles: number[], labels: number[]): EmbeddedSplit => ({
  role,
  dim: 2,
  embeddings: Float32Array.from(
    angles.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]),
  ),
  labels: Int32Array.from(labels),
  classNames: ['a', 'b', 'c', 'd'],
});
const input = (...splits: EmbeddedSplit[]): EvaluationInput => ({
  role: 'test',
  split: async (role) => splits.find((one) => one.role === role),
  pairs: async () => undefined,
  centers: new Map(),
  trainingImages: 1,
  seed: 1,
});
const evaluate = async (options: Record<string, unknown>, given: EvaluationInput) =>
  (await plugin.create(plugin.schema.parse(options), { streams: new RandomStreams(1) })).evaluate(given);

test('probes with a class, without one, and distractors', async () => {
  // By confidence: 1° (a, right), 116° (b, right), 10° (distractor), 140° (no class), 30° (b, wrong).
  const given = input(
    split('gallery', [0, 120], [0, 1]),
    split('probe', [1, 116, 30, 140], [0, 1, 1, -1]),
    split('distractors', [10], [0]),
  );
  const { metrics, intervals } = await evaluate({ falseAlarmRates: [0.4] }, given);
  expect(metrics.GAP).toBeCloseTo((1 + 1) / 3, 12);
  expect(metrics['recognition-DIR@FAR=4e-1']).toBeCloseTo(2 / 3, 12);
  expect(metrics).not.toHaveProperty('recognition-threshold');
  expect(intervals!.GAP![0]).toBeLessThanOrEqual(metrics.GAP!);
});

test('the threshold comes from validation', async () => {
  const validation = split('validation', [0, 2, 90, 93, 180, 181, 270, 272], [0, 0, 1, 1, 2, 2, 3, 3]);
  const given = input(
    split('gallery', [0, 120], [0, 1]),
    split('probe', [1, 119, 60, 240], [0, 1, -1, -1]),
    validation,
  );
  const { metrics } = await evaluate({}, given);
  expect(metrics['recognition-threshold']).toBeGreaterThan(0.9);
  expect(metrics['recognition-accuracy']).toBe(1);
  expect((await evaluate({}, { ...given, role: 'validation' })).metrics).not.toHaveProperty('recognition-threshold');
});

test('thresholds of FAR, of equal error and of best accuracy; groups of queries, distractors among them', async () => {
  const sides = (values: number[]) => ({
    side: { kind: 'label' as const, values: Int32Array.from(values), names: ['l', 'r'] },
  });
  const given = input(
    { ...split('gallery', [0, 120], [0, 1]), columns: sides([0, 0]) },
    { ...split('probe', [1, 116, 30, 140], [0, 1, 1, -1]), columns: sides([0, 1, 1, 0]) },
    { ...split('distractors', [10], [0]), columns: sides([1]) },
  );
  const { metrics, operatingPoints } = await evaluate({ falseAlarmRates: [0.4], group: 'side' }, given);
  const { score, points } = operatingPoints!['recognition']!;
  expect(score).toBe('cosine');
  // By confidence: 1° right, 4° right, 10° unknown, 20° unknown, 30° wrong. Up to 4° off both unknown are refused.
  expect(points['FAR=4e-1']).toMatchObject({ FAR: 0, TAR: 2 / 3, accuracy: 4 / 5 });
  expect(points['FAR=4e-1']!.threshold).toBeCloseTo(Math.cos((4 * Math.PI) / 180), 6);
  expect(points['best-accuracy']).toMatchObject({ accuracy: 4 / 5, TAR: 2 / 3 });
  expect(points['FAR=4e-1']!.groups).toMatchObject({
    l: { count: 2, FAR: 0, TAR: 1 },
    r: { count: 3, FAR: 0, TAR: 0.5 },
  });
  expect(metrics).toMatchObject({
    'recognition-DIR@FAR=4e-1,group=l': 1,
    'recognition-DIR@FAR=4e-1,group=r': 0.5,
    'worst-group-recognition-DIR@FAR=4e-1': 0.5,
  });
});
