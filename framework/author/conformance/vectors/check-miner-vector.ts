import * as tf from '@tensorflow/tfjs';
import type { ClassContext, PluginManifest } from '../../../contracts/plugin.ts';
import type { MinedPairs, MinedTriplets } from '../../../contracts/miner.ts';
import { RandomStreams } from '../../../base/random/random-streams.ts';
import { cosineDistance } from '../../../math/pairs/cosine-distance.ts';
import { euclideanDistances } from '../../../math/pairs/euclidean-distances.ts';
import { normalize } from '../../../math/logits/normalize.ts';
import { pairMasks } from '../../../math/pairs/pair-masks.ts';
import { makeComponent } from '../../../plugins/make-component.ts';
import { parseOptions } from '../../../plugins/parse-options.ts';
import type { Check } from '../rules/check-report.ts';
import { entryOf } from '../rules/entry-of.ts';
import { reasonOf } from '../rules/rule.ts';
import type { MinerVector } from './vector-file.ts';

const NAME = 'agrees with the reference case';

/** Measures of the cases, which a run takes from the loss: miners measure by its distance. */
const measureOf = ({ params: { miner, measure } }: MinerVector) =>
  measure === 'cosine' || miner === 'multi-similarity' ? cosineDistance : { between: euclideanDistances };

/** The options of a case; margins on the cosine are margins of 1 − cosine. */
function optionsOf({ params }: MinerVector, manifest: PluginManifest<'miner'>): Record<string, unknown> {
  const { miner: _, measure, normalize: isNormalized, ...rest } = params;
  const own = manifest.name === 'angular' ? { ...rest, normalize: isNormalized } : rest;
  if (measure !== 'cosine') return own;
  return Object.fromEntries(Object.entries(own).map(([name, margin]) => [name, 1 - Number(margin)]));
}

/** A stream of the numbers of a case, each at the place of its positive pair in the batch's square. */
function drawsOf({ input: { labels, draws = [] } }: MinerVector): ClassContext['streams'] {
  const given = [...draws];
  const square = labels.flatMap((anchor, a) =>
    labels.map((other, b) => (a !== b && anchor === other ? given.shift()! : 0)),
  );
  return { stream: () => ({ uniform: () => square.shift()! }) } as unknown as RandomStreams;
}

/** Compares what a miner chooses with one reference case, as a set. */
export async function checkMinerVector(manifest: PluginManifest<'miner'>, vector: MinerVector): Promise<Check> {
  try {
    const faults = await faultsOf(manifest, vector);
    const message = faults.length === 0 ? 'the same choice' : faults.join(' ');
    return { name: NAME, input: vector.name, passed: faults.length === 0, message };
  } catch (error) {
    return { name: NAME, input: vector.name, passed: false, message: reasonOf(error) };
  }
}

async function faultsOf(manifest: PluginManifest<'miner'>, vector: MinerVector): Promise<string[]> {
  const { labels, embedding, draws } = vector.input;
  const context: ClassContext = {
    streams: draws ? drawsOf(vector) : new RandomStreams(1, 'check/'),
    dim: embedding[0]!.length,
    classes: 1 + Math.max(...labels),
  };
  const options = parseOptions(manifest, optionsOf(vector, manifest));
  const miner = await makeComponent(entryOf(manifest), options, context);
  const tensors = tf.tidy(() => {
    const rows = tf.tensor2d(embedding);
    const batch = {
      embedding: vector.params.normalize ? normalize(rows) : rows,
      labels: tf.tensor1d(labels, 'int32'),
    };
    const distance = measureOf(vector);
    const distances = distance.between(batch.embedding, batch.embedding);
    const mined = miner.mine({
      anchors: batch,
      references: batch,
      sameSet: true,
      ...pairMasks(batch, batch, true),
      distance,
      distances,
      similarities: 'similarity' in distance ? distance.similarity!(batch.embedding, batch.embedding) : distances.neg(),
      step: 0,
    });
    return chosenOf(mined, labels.length);
  });
  const given: Record<string, ReadonlySet<string>> = {};
  for (const [sort, counts] of Object.entries(tensors)) given[sort] = await placesIn(counts);
  tf.dispose(tensors);
  return Object.entries(vector.expected).flatMap(([sort, expected]) => {
    const found = given[sort];
    if (sort === 'weights' || expected === null || found === undefined) return [];
    const wanted = new Set((expected as number[][]).map(String));
    const missing = [...wanted].filter((one) => !found.has(one));
    const extra = [...found].filter((one) => !wanted.has(one));
    if (missing.length + extra.length === 0) return [];
    return [`${sort}: it leaves out [${missing.join('], [')}] and chooses [${extra.join('], [')}] besides.`];
  });
}

/** How often each triplet counts, and each pair where pairs were chosen. */
function chosenOf(mined: MinedPairs | MinedTriplets, rows: number): Record<string, tf.Tensor> {
  if ('triplets' in mined) return { triplets: mined.triplets(0, rows) };
  const { positive, negative } = mined;
  const triplets = tf.mul(tf.expandDims(positive, 2), tf.expandDims(negative, 1));
  return { triplets, positivePairs: positive, negativePairs: negative };
}

/** The places of all numbers that are not 0, as `row,column`. */
async function placesIn(counts: tf.Tensor): Promise<ReadonlySet<string>> {
  const strides = counts.shape.map((_, axis) => counts.shape.slice(axis + 1).reduce((one, other) => one * other, 1));
  const places = [...(await counts.data())].flatMap((count, index) =>
    count === 0 ? [] : [counts.shape.map((size, axis) => Math.floor(index / strides[axis]!) % size).join()],
  );
  return new Set(places);
}
