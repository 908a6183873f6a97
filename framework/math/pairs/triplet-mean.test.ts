import { RandomStreams, tf } from 'ablate-ml';
import { beforeAll, expect, test } from 'vitest';
import { partsOf } from '#test/with-parts';
import { pairMasks } from './pair-masks.ts';
import { tripletMean } from './triplet-mean.ts';

beforeAll(() => tf.setBackend('cpu'));

const margin = 0.4;
const hinge = {
  value: (gap: tf.Tensor) => tf.relu(tf.add(gap, margin)),
  derivative: (gap: tf.Tensor) => tf.step(tf.add(gap, margin)),
};

/** Every triplet one after the other, in plain JavaScript and double precision. */
function oneByOne(
  mining: string,
  d: number[][],
  labels: number[],
): { mean: number; active: number; gradient: number[][] } {
  const gradient = d.map((row) => row.map(() => 0));
  let [sum, count, above] = [0, 0, 0];
  const take = (a: number, p: number, n: number): void => {
    const loss = d[a]![p]! - d[a]![n]! + margin;
    count++;
    if (loss <= 0) return;
    sum += loss;
    above++;
    gradient[a]![p]! += 1;
    gradient[a]![n]! -= 1;
  };
  for (const a of labels.keys()) {
    const negatives = [...labels.keys()].filter((n) => labels[n] !== labels[a]);
    for (const p of labels.keys()) {
      if (p === a || labels[p] !== labels[a]) continue;
      const farther = negatives.filter((n) => d[a]![n]! > d[a]![p]!).sort((one, other) => d[a]![one]! - d[a]![other]!);
      for (const n of mining === 'semi-hard' ? farther.slice(0, 1) : negatives) take(a, p, n);
    }
  }
  return {
    mean: sum / count,
    active: above / count,
    gradient: gradient.map((row) => row.map((value) => value / count)),
  };
}

// 180³ triplets are more than one block holds, so the anchors are taken in two.
test.each(['batch-all', 'semi-hard'] as const)(
  '%s over several blocks of anchors equals the triplets one by one',
  (mining) => {
    const random = new RandomStreams(11).stream('distances');
    const labels = Array.from({ length: 180 }, (_, index) => index % 60);
    const d = labels.map(() => labels.map(() => Math.fround(random.uniform())));
    const expected = oneByOne(mining, d, labels);
    const rows = { embedding: tf.zeros<tf.Rank.R2>([180, 1]), labels: tf.tensor1d(labels, 'int32') };
    const { miner, reducer } = partsOf({ miner: mining, reducer: 'mean' });
    const mean = (given: tf.Tensor): tf.Scalar[] => {
      const [distances, similarities] = [given as tf.Tensor2D, tf.neg(given) as tf.Tensor2D];
      const distance = { between: () => distances };
      const sets = { anchors: rows, references: rows, sameSet: true, ...pairMasks(rows, rows, true) };
      const mined = miner.mine({ ...sets, distance, distances, similarities, step: 0 });
      return tripletMean({ distances, mined, labels: rows.labels, reducer }, hinge);
    };
    const [value, active] = mean(tf.tensor2d(d)).map((scalar) => scalar.dataSync()[0]!);
    const gradient = tf
      .grad((distances: tf.Tensor) => mean(distances)[0]!)(tf.tensor2d(d))
      .arraySync() as number[][];
    expect(value).toBeCloseTo(expected.mean, 4);
    expect(active).toBeCloseTo(expected.active, 4);
    const worst = Math.max(
      ...gradient.flatMap((row, a) => row.map((number, b) => Math.abs(number - expected.gradient[a]![b]!))),
    );
    expect(worst).toBeLessThan(1e-6);
  },
);
