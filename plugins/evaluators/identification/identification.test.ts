import { readFileSync } from 'node:fs';
import { RandomStreams, tf, type EmbeddedSplit, type EvaluationInput, type Role } from 'ablate-ml';
import { galleryOf } from 'ablate-ml/metrics';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '#test/expect-close';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

const { cases } = JSON.parse(
  readFileSync(new URL('../../../test/reference/vectors/metrics.json', import.meta.url), 'utf8'),
) as {
  cases: { name: string; kind: string; input: Record<string, unknown>; expected: Record<string, unknown> }[];
};

describe('reference cases', () => {
  test.each(cases.filter(({ kind }) => kind === 'identification'))('$name', async ({ input, expected }) => {
    const before = tf.memory().numTensors;
    expectClose(await plugin.answer!(input), expected);
    expect(tf.memory().numTensors).toBe(before);
  });
});

const split = (role: Role, angles: number[], labels: number[]): EmbeddedSplit => ({
  role,
  dim: 2,
  embeddings: Float32Array.from(
    angles.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]),
  ),
  labels: Int32Array.from(labels),
  classNames: ['a', 'b', 'c'],
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

test('ranks by hand: several gallery images a class, distractors', async () => {
  // Probe 10° of a: its mate is at 0° (not the one at 90°), b at 12° and the distractor at 5° are nearer: rank 3. Probe
  // 50° of b: mate 40°, rank 1.
  const given = input(
    split('gallery', [0, 90, 12, 40], [0, 0, 1, 1]),
    split('probe', [10, 50], [0, 1]),
    split('distractors', [5, 200], [-1, -1]),
  );
  const { metrics, curves } = await evaluate({ ranks: [1, 2, 3] }, given);
  expect(metrics).toMatchObject({ 'rank-1': 0.5, 'rank-2': 0.5, 'rank-3': 1, 'identification-distractors': 2 });
  expect(curves!.cmc).toMatchObject({ x: [1, 2, 3], y: [0.5, 0.5, 1] });
  expect(metrics).not.toHaveProperty('DIR@FAR=1e-1');
});

test('DIR at FAR by hand', async () => {
  // Mated, right: 1° and 20° off; mated, wrong: one nearest to b. Unmated: 10° and 30° off. A FAR of ½ leaves out what
  // is 10° off or more.
  const given = input(split('gallery', [0, 120], [0, 1]), split('probe', [1, 340, 119, 10, 150], [0, 0, 0, -1, 2]));
  const { metrics, curves } = await evaluate({ falseAlarmRates: [0.4, 0.5, 0.999] }, given);
  expect(metrics['DIR@FAR=4e-1']).toBeCloseTo(1 / 3, 12);
  expect(metrics['DIR@FAR=5e-1']).toBeCloseTo(2 / 3, 12);
  expect(metrics['DIR@FAR=9.99e-1']).toBeCloseTo(2 / 3, 12);
  expect(curves!.det!.x.at(-1)).toBe(1);
});

test('the thresholds of DIR by hand, with the groups of probes', async () => {
  const side = (values: number[]) => ({
    side: { kind: 'label' as const, values: Int32Array.from(values), names: ['l', 'r'] },
  });
  const given = input(
    { ...split('gallery', [0, 120], [0, 1]), columns: side([0, 0]) },
    { ...split('probe', [1, 340, 119, 10, 150], [0, 0, 0, -1, 2]), columns: side([0, 1, 0, 0, 1]) },
  );
  const { metrics, operatingPoints } = await evaluate({ falseAlarmRates: [0.4, 0.5], group: 'side' }, given);
  const { points } = operatingPoints!['identification']!;
  // 1° off is accepted at any FAR; 10° off is unmated, so from there to 20° off FAR is one half.
  expect(points['FAR=4e-1']).toMatchObject({ FAR: 0, TAR: 1 / 3, accuracy: 3 / 5 });
  expect(points['FAR=4e-1']!.threshold).toBeCloseTo(Math.cos(Math.PI / 180), 6);
  expect(points['FAR=5e-1']).toMatchObject({ FAR: 0.5, TAR: 2 / 3 });
  expect(points['FAR=5e-1']!.groups).toMatchObject({ l: { FAR: 1, TAR: 0.5 }, r: { FAR: 0, TAR: 1 } });
  expect(metrics).toMatchObject({ 'DIR@FAR=5e-1,group=l': 0.5, 'worst-group-DIR@FAR=5e-1': 0.5 });
});

test('a gallery image of no class enrolls nobody: the probes without a class still have no mate', async () => {
  // As before, with a row of no class in the gallery: the unmated probes are 10° and 30° off as before, it is far from
  // all.
  const probe = split('probe', [1, 340, 119, 10, 150], [0, 0, 0, -1, 2]);
  const options = { falseAlarmRates: [0.4, 0.5] };
  const without = await evaluate(options, input(split('gallery', [0, 120], [0, 1]), probe));
  const given = input(split('gallery', [0, 120, 240], [0, 1, -1]), probe);
  const { metrics } = await evaluate(options, given);
  expect(metrics['DIR@FAR=5e-1']).toBeCloseTo(2 / 3, 12);
  expect(metrics).toEqual(without.metrics);
  // Where it is nearest of all, it is an answer like a distractor's: 1° is found no more.
  const near = await evaluate(options, input(split('gallery', [0, 120, 1], [0, 1, -1]), probe));
  expect(near.metrics['DIR@FAR=5e-1']).toBeCloseTo(1 / 3, 12);
  const index = { connectivity: 16, build: 100, search: 50, checked: 10 };
  expect((await evaluate({ ...options, index }, given)).metrics).toMatchObject(without.metrics);
});

test('rank-1 falls as distractors grow, over nested sets', async () => {
  const random = new RandomStreams(2).stream('angles');
  const given = input(
    split('gallery', [0, 120, 240], [0, 1, 2]),
    split(
      'probe',
      Array.from({ length: 60 }, (_, probe) => 120 * (probe % 3) + 20 * random.normal()),
      Array.from({ length: 60 }, (_, probe) => probe % 3),
    ),
    split(
      'distractors',
      Array.from({ length: 30 }, () => 360 * random.uniform()),
      Array(30).fill(-1),
    ),
  );
  const { metrics, curves } = await evaluate({ distractorCounts: [10, 3, 1000] }, given);
  expect(Object.keys(metrics)).toEqual([
    'rank-1',
    'rank-5',
    'rank-10',
    'rank-1@distractors=3',
    'rank-1@distractors=10',
    'identification-distractors',
  ]);
  const { x, y } = curves!['rank-1-by-distractors']!;
  expect(x).toEqual([0, 3, 10, 30]);
  expect([...y].sort((a, b) => b - a)).toEqual(y);
  expect(y[0]).toBeGreaterThan(y[3]!);
});

test('an approximate index gives the same measures where it finds all, and shows its recall', async () => {
  const random = new RandomStreams(5).stream('angles');
  const near = (count: number) => Array.from({ length: count }, (_, probe) => 120 * (probe % 3) + 30 * random.normal());
  const given = input(
    split('gallery', [...near(9), 300], [0, 1, 2, 0, 1, 2, 0, 1, 2, 2]),
    split(
      'probe',
      [...near(60), ...near(12)],
      [...Array(60).keys()].map((probe) => probe % 3).concat(Array(12).fill(-1)),
    ),
    split(
      'distractors',
      Array.from({ length: 80 }, () => 360 * random.uniform()),
      Array(80).fill(-1),
    ),
  );
  const options = { ranks: [1, 30, 90], distractorCounts: [10, 40], falseAlarmRates: [0.5, 0.2] };
  const exact = await evaluate(options, given);
  const { metrics, intervals, curves } = await evaluate({ ...options, index: { build: 200, search: 200 } }, given);
  expect(metrics).toEqual({ ...exact.metrics, 'identification-index-recall@90': 1 });
  expect({ intervals, curves }).toEqual({ intervals: exact.intervals, curves: exact.curves });
  expect(exact.metrics['rank-1@distractors=10']).toBeGreaterThan(exact.metrics['rank-1']!);
});

test('a mate beyond the list of an approximate index counts as just behind it', async () => {
  // The probe's mate is 4° off, three distractors are nearer: rank 4 of the exact search is beyond a list of two.
  const given = input(
    split('gallery', [4, 180], [0, 1]),
    split('probe', [0, 181], [0, 1]),
    split('distractors', [1, 2, 3], [-1, -1, -1]),
  );
  const { metrics, curves } = await evaluate({ ranks: [1, 2], distractorCounts: [1], index: {} }, given);
  expect(metrics).toMatchObject({
    'rank-1': 0.5,
    'rank-2': 0.5,
    'rank-1@distractors=1': 0.5,
    'identification-index-recall@2': 1,
  });
  expect(curves!.cmc).toMatchObject({ x: [1, 2], y: [0.5, 0.5] });
});

test('without a gallery, first images are enrolled and lone images are distractors', async () => {
  const { metrics } = await evaluate({}, input(split('test', [0, 2, 100, 103, 1], [0, 0, 1, 1, 2])));
  // The probe at 2° meets the lone image at 1° before its mate at 0°.
  expect(metrics).toMatchObject({ 'rank-1': 0.5, 'rank-5': 1, 'identification-distractors': 1 });
});

test('classes that are not enrolled are distractors, the same ones whatever the order of the files', async () => {
  const names = ['a0', 'a1', 'b0', 'b1', 'c0', 'c1', 'd0', 'd1'];
  const angles = [0, 10, 90, 100, 180, 190, 270, 280];
  const found = await Promise.all(
    [
      [0, 1, 2, 3, 4, 5, 6, 7],
      [7, 2, 5, 0, 3, 6, 1, 4],
    ].map(async (order) => {
      const test = {
        ...split(
          'test',
          order.map((row) => angles[row]!),
          order.map((row) => row >> 1),
        ),
        source: (index: number) => names[order[index]!]!,
      };
      return galleryOf(input(test), { share: 0.5, seed: 3 });
    }),
  );
  const [first, second] = found.map((gallery) => Object.values(gallery!).map(({ labels }) => [...labels].sort()));
  expect(first).toEqual(second);
  expect(first!.map(({ length }) => length)).toEqual([2, 2, 4]);
  expect(new Set([...first![0]!, ...first![2]!]).size).toBe(4);
  expect(first![1]).toEqual(first![0]);
  const { metrics } = await evaluate({ enrolled: 0.5 }, input(split('test', angles, [0, 0, 1, 1, 2, 2, 3, 3])));
  expect(metrics).toMatchObject({ 'rank-1': 1, 'identification-distractors': 4 });
});

test('galleries of other classes than the probes are refused', async () => {
  const given = input(split('gallery', [0], [0]), { ...split('probe', [1], [0]), classNames: ['x', 'y', 'z'] });
  await expect(evaluate({}, given)).rejects.toThrow('do not have the same list of classes');
});
