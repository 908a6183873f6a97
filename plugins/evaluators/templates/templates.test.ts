import { readFileSync } from 'node:fs';
import { RandomStreams, tf, type EmbeddedSplit, type EvaluationInput } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { expectClose } from '#test/expect-close';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

const { cases } = JSON.parse(
  readFileSync(new URL('../../../test/reference/vectors/metrics-verification.json', import.meta.url), 'utf8'),
) as {
  cases: { name: string; kind: string; input: Record<string, unknown>; expected: Record<string, unknown> }[];
};

describe('reference cases', () => {
  test.each(cases.filter(({ kind }) => kind === 'template-verification'))('$name', async ({ input, expected }) => {
    expectClose(await plugin.answer!(input), expected);
  });
});

const label = (names: readonly string[]) => {
  const known = [...new Set(names)];
  return { kind: 'label' as const, names: known, values: Int32Array.from(names, (name) => known.indexOf(name)) };
};
const degrees = (angles: readonly number[]): Float32Array =>
  Float32Array.from(angles.flatMap((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]));

/** Images by angle, template, medium, person and list; pairs of templates by their first images. */
function input(): EvaluationInput {
  const rows = [
    // Ann, enrolled: two frames of one video, around 0°.
    [-10, 'g1', 'video', 0, 'gallery-1'],
    [10, 'g1', 'video', 0, 'gallery-1'],
    // Bob, enrolled in both galleries by one image.
    [90, 'g2', 'still', 1, 'gallery-2'],
    [90, 'g3', 'still', 1, 'gallery-1'],
    // Probes: Ann near her template, Bob nearer to Ann, Cid in no gallery.
    [3, 'p1', 'a', 0, 'probe'],
    [40, 'p2', 'b', 1, 'probe'],
    [60, 'p3', 'c', 2, 'probe'],
  ] as const;
  const split: EmbeddedSplit = {
    role: 'test',
    dim: 2,
    embeddings: degrees(rows.map(([angle]) => angle)),
    labels: Int32Array.from(rows, ([, , , person]) => person),
    classNames: ['Ann', 'Bob', 'Cid'],
    columns: {
      template: label(rows.map(([, template]) => template)),
      media: label(rows.map(([, , media]) => media)),
      list: label(rows.map(([, , , , list]) => list)),
      detector: { kind: 'number', values: Float64Array.from(rows, () => 1) },
    },
  };
  return {
    role: 'test',
    split: async (role) => (role === 'test' ? split : undefined),
    pairs: async () => ({
      images: split,
      left: Int32Array.of(0, 0, 3, 3),
      right: Int32Array.of(4, 6, 5, 6),
      same: Uint8Array.of(1, 0, 1, 0),
      fold: new Int32Array(4),
    }),
    centers: new Map(),
    trainingImages: 1,
    seed: 1,
  };
}
const evaluate = async (options: Record<string, unknown>, given = input()) =>
  (await plugin.create(plugin.schema.parse(options), { streams: new RandomStreams(1) })).evaluate(given);

test('1:1 and 1:N by hand', async () => {
  const { metrics, intervals, operatingPoints, curves } = await evaluate({
    list: 'list',
    weight: 'detector',
    falseAcceptRates: [0.1, 0.5],
    falsePositiveRates: [0.5],
  });
  // Pairs: Ann 3° (same), Ann–Cid 60°, Bob 50° (same), Bob–Cid 30°. Up to 30° one of two different ones is accepted.
  expect(metrics['template-TAR@FAR=1e-1']).toBe(0.5);
  expect(metrics['template-TAR@FAR=5e-1']).toBe(1);
  const { score, points } = operatingPoints!['templates']!;
  expect([score, points['FAR=1e-1']!.threshold]).toEqual(['cosine', expect.closeTo(Math.cos((3 * Math.PI) / 180), 6)]);
  expect(curves!['template-roc']!.x.at(-1)).toBe(1);
  // Gallery 1 has Ann and Bob: Ann is found at 3°, Bob is taken for Ann, Cid (30° from Bob) has no mate. Gallery 2 has
  // Bob alone: he is found at 50°; Ann and Cid, at 87° and 30°, have no mate.
  // At FPIR ½ gallery 1 accepts what is nearer than 30°: Ann, one of two. Gallery 2 accepts up to 50°: Bob, one of one.
  expect(metrics['TPIR@FPIR=5e-1']).toBeCloseTo((0.5 + 1) / 2, 12);
  expect(metrics['template-rank-1']).toBeCloseTo((0.5 + 1) / 2, 12);
  expect(intervals!['template-rank-1']![0]).toBeLessThanOrEqual(0.75);
});

test('a heavier frame draws its template; validation is left alone', async () => {
  const given = input();
  const split = (await given.split('test'))!;
  const values = Float64Array.of(1000, 1, 1, 1, 1, 1, 1);
  const weighed = { ...split, columns: { ...split.columns, detector: { kind: 'number' as const, values } } };
  const heavy = { ...given, split: async () => weighed };
  const { operatingPoints } = await evaluate({ weight: 'detector', falseAcceptRates: [0.1], bootstrap: 0 }, heavy);
  // Ann's template lies at −10° almost, 13° from her probe.
  expect(operatingPoints!['templates']!.points['FAR=1e-1']!.threshold).toBeCloseTo(Math.cos((13 * Math.PI) / 180), 3);
  expect(await evaluate({}, { ...given, role: 'validation' })).toEqual({ metrics: {} });
});
