import { tf, type LabeledEmbedding, type MinedPairs, type MinedTriplets, type Miner, type Scores } from 'ablate-ml';
import { euclideanDistances, pairMasks } from 'ablate-ml/losses';
import { expect, test } from 'vitest';

/** What a miner chose: pairs as `anchor other`, triplets as `anchor positive negative`. */
export interface Chosen {
  readonly positivePairs: readonly string[];
  readonly negativePairs: readonly string[];
  readonly triplets: readonly string[];
}

const placesOf = (counts: unknown, counted: boolean): string[] => {
  const found: string[] = [];
  const walk = (value: unknown, place: string): void => {
    if (Array.isArray(value)) value.forEach((one, index) => walk(one, place === '' ? `${index}` : `${place} ${index}`));
    else if (value !== 0) found.push(counted ? `${place} × ${(value as number).toFixed(4)}` : place);
  };
  walk(counts, '');
  return found;
};

function tripletsOf(mined: MinedPairs | MinedTriplets, anchors: number): tf.Tensor3D {
  if ('triplets' in mined) {
    // In two blocks, as a large batch is asked for.
    const half = Math.floor(anchors / 2);
    const blocks = [mined.triplets(0, half), mined.triplets(half, anchors - half)];
    return tf.concat(blocks) as tf.Tensor3D;
  }
  return tf.mul(tf.expandDims(mined.positive, 2), tf.expandDims(mined.negative, 1)) as tf.Tensor3D;
}

/**
 * What a miner chooses of rows `[batch][dim]`, measured by the Euclidean distance.
 *
 * @param counted whether how often each triplet counts is told too
 */
export function chosenBy(
  miner: Miner,
  rows: number[][],
  labels: number[],
  counted = false,
  step = 0,
  scores?: Scores,
): Chosen {
  return tf.tidy(() => {
    const batch: LabeledEmbedding = { embedding: tf.tensor2d(rows), labels: tf.tensor1d(labels, 'int32') };
    const grouped = miner.regroup?.(batch, batch);
    const { anchors, references } = grouped ?? { anchors: batch, references: batch };
    const distance = { between: euclideanDistances };
    const distances = euclideanDistances(anchors.embedding, references.embedding);
    const masks = pairMasks(anchors, references, !grouped);
    const similarities = tf.neg(distances) as tf.Tensor2D;
    const input = { anchors, references, sameSet: !grouped, ...masks, distance, distances, similarities, step, scores };
    const mined = miner.mine(input);
    const pairs = 'triplets' in mined ? undefined : mined;
    return {
      positivePairs: placesOf(pairs?.positive.arraySync() ?? [], counted),
      negativePairs: placesOf(pairs?.negative.arraySync() ?? [], counted),
      triplets: placesOf(tripletsOf(mined, labels.length).arraySync(), counted),
    };
  });
}

/** What every miner must stand: registered as tests under the current `describe`. */
export function minerEdges(make: () => Miner): void {
  test('nothing to choose from, equal rows, rows of zeros: only pairs that there are', () => {
    const rows = [
      [1, 2],
      [1, 2],
      [0, 0],
      [0, 0],
    ];
    expect(chosenBy(make(), [[1, 2]], [0]).triplets).toEqual([]);
    expect(
      chosenBy(make(), rows, [0, 1, 2, 3]).positivePairs.concat(chosenBy(make(), rows, [0, 0, 0, 0]).negativePairs),
    ).toEqual([]);
    for (const triplet of chosenBy(make(), rows, [0, 1, 0, 1]).triplets) expect(triplet).toMatch(/^\d \d+ \d+$/);
  });
}
