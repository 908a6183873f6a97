import { beforeAll, describe, expect, test } from 'vitest';
import { tf, type Loss, type PairParts } from 'ablate-ml';
import { outcomeOf } from '#test/outcome-of';
import { withParts } from '#test/with-parts';
import { circle, options as ofCircle } from '../../../plugins/losses/circle/circle.ts';
import { contrastive, options as ofContrastive } from '../../../plugins/losses/contrastive/contrastive.ts';
import { liftedStructure, options as ofLifted } from '../../../plugins/losses/lifted-structure/lifted-structure.ts';
import { margin, options as ofMargin } from '../../../plugins/losses/margin/margin.ts';
import { multiSimilarity, options as ofSimilarity } from '../../../plugins/losses/multi-similarity/multi-similarity.ts';
import { nPair, options as ofNPair } from '../../../plugins/losses/n-pair/n-pair.ts';
import { ntXent, options as ofNtXent } from '../../../plugins/losses/nt-xent/nt-xent.ts';
import {
  supervisedContrastive,
  options as ofSupervised,
} from '../../../plugins/losses/supervised-contrastive/supervised-contrastive.ts';
import { triplet, options as ofTriplet } from '../../../plugins/losses/triplet/triplet.ts';
import reference from './pytorch-metric-learning.json' with { type: 'json' };

beforeAll(() => tf.setBackend('cpu'));

type Case = [theirs: keyof typeof reference.values, ours: Loss, rows?: number];

/** A loss of a spec: its options with their defaults, and the parts that they name. */
function made<Options>(
  make: (options: Options, parts: PairParts) => Loss,
  schema: { parse(given: unknown): Options },
  given: object,
): Loss {
  return withParts(make as (options: object, parts: PairParts) => Loss, schema.parse(given) as object);
}

/** What `docs/coming-from/pytorch-metric-learning.md` writes for each. */
const asTheirs = { normalize: true, reducer: 'nonzero-mean' };
const cases = (): Case[] => [
  ['ContrastiveLoss()', made(contrastive, ofContrastive, { squared: false, ...asTheirs })],
  ['TripletMarginLoss(0.2)', made(triplet, ofTriplet, { miner: 'batch-all', ...asTheirs })],
  ['TripletMarginLoss(0.2), BatchHardMiner()', made(triplet, ofTriplet, { miner: 'batch-hard', ...asTheirs })],
  ['MultiSimilarityLoss(2, 50, 0.5)', made(multiSimilarity, ofSimilarity, { miner: 'batch-all' })],
  ['MultiSimilarityLoss(2, 50, 0.5), MultiSimilarityMiner(0.1)', made(multiSimilarity, ofSimilarity, {})],
  ['NTXentLoss(0.5)', made(ntXent, ofNtXent, { temperature: 0.5 })],
  ['SupConLoss(0.5)', made(supervisedContrastive, ofSupervised, { temperature: 0.5 })],
  ['LiftedStructureLoss(1)', made(liftedStructure, ofLifted, { normalize: true })],
  ['GeneralizedLiftedStructureLoss(1)', made(liftedStructure, ofLifted, { normalize: true, variant: 'generalized' })],
  ['NPairsLoss(), two rows a class', made(nPair, ofNPair, { distance: 'cosine' }), 6],
  ['CircleLoss(0.4, 8)', made(circle, ofCircle, { gamma: 8, reducer: 'nonzero-mean' })],
  ['MarginLoss(0.2)', made((options, parts) => margin(options, parts, 3), ofMargin, { miner: 'batch-all' })],
  [
    'MarginLoss(0.2, 0.1, learn_beta=True)',
    made((options, parts) => margin(options, parts, 3), ofMargin, { miner: 'batch-all', nu: 0.1 }),
  ],
];

describe('a loss as docs/coming-from/pytorch-metric-learning.md writes it has the value of pytorch-metric-learning', () => {
  test('for each of its losses', () => {
    const { embedding, labels, values } = reference;
    const all = cases();
    expect(all.map(([theirs]) => theirs).toSorted()).toEqual(Object.keys(values).toSorted());
    for (const [theirs, ours, rows = 8] of all)
      expect(outcomeOf(ours, embedding.slice(0, rows), labels.slice(0, rows)).value, theirs).toBeCloseTo(
        values[theirs],
        4,
      );
  });
});
