import * as tf from '@tensorflow/tfjs';
import type { Loss } from '../../../contracts/loss.ts';
import type { Miner } from '../../../contracts/miner.ts';
import type { PairParts } from '../../../contracts/pair-parts.ts';
import type { ClassContext, Components, LossPart, PluginManifest } from '../../../contracts/plugin.ts';
import type { Reducer } from '../../../contracts/reducer.ts';
import { comparedPairs } from '../../../math/pairs/compared-pairs.ts';
import { euclideanDistances } from '../../../math/pairs/euclidean-distances.ts';
import { makeComponent } from '../../../plugins/make-component.ts';
import { entryOf } from '../rules/entry-of.ts';

type Part = Exclude<LossPart, 'loss'>;

/** Every pair, and their mean: what a part is surrounded by. */
const allPairs: Miner = { mine: ({ positive, negative }) => ({ positive, negative }) };
const plainMean: Reducer = { weigh: ({ counts }) => ({ weights: counts, count: tf.sum(counts) as tf.Scalar }) };

/** Squared distances to positives, minus bounded ones to negatives: smooth, and both masks count. */
const pairLoss = (parts: Partial<PairParts>): Loss =>
  comparedPairs(
    { distance: { between: euclideanDistances }, miner: allPairs, reducer: plainMean, ...parts },
    ({ distances, positive, negative, reduce }) => {
      const pull = reduce(tf.square(distances), positive);
      const push = reduce(tf.sigmoid(distances), negative);
      return { value: tf.sub(pull, push) };
    },
  );

const losses: { readonly [K in Part]: (part: Components[K]) => Loss } = {
  distance: (distance) => pairLoss({ distance }),
  miner: (miner) => pairLoss({ miner }),
  reducer: (reducer) => pairLoss({ reducer }),
  regularizer: ({ penalty }) => ({ parameters: [], forward: ({ embedding }) => ({ value: penalty(embedding) }) }),
};

/**
 * Wraps a part of losses in the manifest of a loss, so that a part is held to what holds for losses: its gradient, that
 * it gives the same again, leaves no tensor, and agrees between devices.
 */
export function lossOfPart<K extends Part>(manifest: PluginManifest<K>, location?: string): PluginManifest<'loss'> {
  return {
    kind: 'loss',
    name: manifest.name,
    summary: manifest.summary,
    framework: manifest.framework,
    schema: manifest.schema,
    async create(options: unknown, context: ClassContext) {
      return losses[manifest.kind](await makeComponent(entryOf(manifest, location), options, context as never));
    },
    needs: () => (manifest.kind === 'miner' ? { scores: 'cosine' } : {}),
    // The distances around it are Euclidean, and change with the scale.
    invariances: (options: unknown) =>
      manifest.kind === 'miner'
        ? ((manifest as PluginManifest<'miner'>).invariances?.(options as never) ?? []).filter(
            (invariance) => invariance !== 'embedding-scale',
          )
        : [],
  } as PluginManifest<'loss'>;
}
