import { readFileSync } from 'node:fs';
import { RandomStreams, tf, type EmbeddedSplit, type EvaluationInput, type Role } from 'ablate-ml';
import { beforeAll, describe, expect, it } from 'vitest';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

const { cases } = JSON.parse(
  readFileSync(new URL('../../../test/reference/vectors/metrics-reid.json', import.meta.url), 'utf8'),
) as {
  cases: {
    name: string;
    input: {
      queryEmbedding: number[][];
      queryLabels: number[];
      queryCameras: number[];
      galleryEmbedding: number[][];
      galleryLabels: number[];
      galleryCameras: number[];
      distance: 'euclidean' | 'cosine';
    };
    expected: { cmc: Record<string, number>; map: number; queries: number };
  }[];
};

function split(role: Role, embedding: number[][], labels: number[], cameras: number[]): EmbeddedSplit {
  const names = Array.from({ length: 1 + Math.max(0, ...labels, ...cameras) }, (_, index) => String(index));
  return {
    role,
    dim: embedding[0]!.length,
    embeddings: Float32Array.from(embedding.flat()),
    labels: Int32Array.from(labels),
    classNames: Array.from({ length: 100 }, (_, index) => String(index)),
    columns: { camera: { kind: 'label', values: Int32Array.from(cameras), names } },
  };
}
const evaluate = async (options: Record<string, unknown>, ...splits: EmbeddedSplit[]) => {
  const input: EvaluationInput = {
    role: 'test',
    split: async (role) => splits.find((one) => one.role === role),
    pairs: async () => undefined,
    centers: new Map(),
    trainingImages: 1,
    seed: 1,
  };
  const evaluator = await plugin.create(plugin.schema.parse({ bootstrap: 0, ...options }), {
    streams: new RandomStreams(1),
  });
  return (await evaluator.evaluate(input)).metrics;
};

describe('exclude', () => {
  it.each(cases)(
    're-identification, $name: same identity and camera, junk without a role',
    async ({ input, expected }) => {
      const kept = [...input.galleryLabels.keys()].filter((row) => input.galleryLabels[row]! >= 0);
      const at = <T>(values: T[]): T[] => kept.map((row) => values[row]!);
      const found = await evaluate(
        {
          distance: input.distance,
          recallAt: Object.keys(expected.cmc).map(Number),
          mapAt: [1000],
          exclude: { same: 'camera' },
        },
        split('gallery', at(input.galleryEmbedding), at(input.galleryLabels), at(input.galleryCameras)),
        split('probe', input.queryEmbedding, input.queryLabels, input.queryCameras),
      );
      expect(found['retrieval-queries'] ?? 0).toBe(expected.queries);
      if (expected.queries === 0) return;
      expect(found['MAP@1000']).toBeCloseTo(expected.map, 6);
      for (const [k, share] of Object.entries(expected.cmc)) expect(found[`Recall@${k}`]).toBeCloseTo(share, 6);
    },
  );

  it('leaves out those of the same group among a split of its own, of the class or of any', async () => {
    // One query of class 0 at 0 of group 0; others by distance: 0 (group 0), 1 (group 0), 0 (group 1), 1 (group 1).
    const only = split('test', [[0], [1], [2], [3], [9]], [0, 0, 1, 0, 1], [0, 0, 0, 1, 1]);
    const of = (which: string) =>
      evaluate({ distance: 'euclidean', recallAt: [1], exclude: { same: 'camera', of: which } }, only);
    // By class: rows 0 and 1 meet 1 of class 1 first and find 0; row 2 finds 9 last; row 3 finds 2 (class 1); row 4
    // finds 3.
    expect((await of('class'))['Recall@1']).toBeCloseTo(0, 6);
    // Of any: rows 0 and 1 find row 3 of their class; row 2 finds row 3; row 3 finds row 2; row 4 finds row 2 of its
    // class.
    expect((await of('any'))['Recall@1']).toBeCloseTo(3 / 5, 6);
  });

  it('is refused for rows that have no such column', async () => {
    const { columns: _, ...bare } = split('test', [[0], [1]], [0, 0], [0, 0]);
    await expect(evaluate({ exclude: { same: 'camera' } }, bare)).rejects.toThrow('have no column of labels "camera"');
  });
});
