import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, describe, expect, test } from 'vitest';
import { chosenBy, minerEdges } from '#test/chosen-by';
import { uniformHistogram } from './uniform-histogram.ts';
import plugin from './index.ts';

beforeAll(() => tf.setBackend('cpu'));

describe('uniform-histogram', () => {
  const make = (options: object) => uniformHistogram(plugin.schema.parse(options), { streams: new RandomStreams(1) });

  test('of each interval as many as are asked for, or all that there are', () => {
    // Distances of the positive pairs from 1 to 10: 1 to 4 lie in the first third, 10 in the last.
    const rows = [[0], [1], [10]];
    const miner = make({ bins: 3, positivesPerBin: 1, negativesPerBin: 5 });
    const { positivePairs } = chosenBy(miner, rows, [0, 0, 0]);
    expect(positivePairs.filter((pair) => ['0 1', '1 0'].includes(pair))).toHaveLength(1);
    expect(positivePairs).toHaveLength(2);
    expect(chosenBy(make({ positivesPerBin: 9 }), rows, [0, 0, 0]).positivePairs).toHaveLength(6);
  });

  test('another step draws others', () => {
    const rows = Array.from({ length: 12 }, (_, index) => [index]);
    const labels = rows.map(() => 0);
    const miner = make({ bins: 2, positivesPerBin: 3 });
    const at = (step: number) => chosenBy(miner, rows, labels, false, step).positivePairs;
    expect(at(1)).toEqual(at(1));
    expect(at(2)).not.toEqual(at(1));
    expect(at(1)).toHaveLength(6);
  });

  minerEdges(() => make({}));
});
