import { AblateError } from '../base/errors/ablate-error.ts';
import type { Distance } from '../contracts/distance.ts';
import type { Miner, MinerInput } from '../contracts/miner.ts';
import type { ClassContext, InnerUse, Invariance, PartUse } from '../contracts/plugin.ts';
import { innerUseSchema } from './inner-use-schema.ts';

/** The option by which a miner is told its own distance, to be put into a schema. */
export const minerDistance = innerUseSchema
  .nullable()
  .default(null)
  .describe("what it measures by; null: the loss's own distance");

/** Lists the plugins that the options of such a miner name, for its manifest. */
export const minerParts = ({ distance }: { readonly distance: InnerUse | null }): PartUse[] =>
  distance === null ? [] : [{ kind: 'distance', use: distance }];

/** Lists the invariances of a miner that draws nothing, for its manifest: a distance of its own may go by the scale. */
export const minerInvariances = ({ distance = null }: { readonly distance?: InnerUse | null }): Invariance[] => [
  ...(distance === null ? (['embedding-scale'] as const) : []),
  'batch-permutation',
  'class-permutation',
];

/**
 * Makes a miner measure by a distance of its own, where its option names one.
 *
 * @throws AblateError PLUGIN_NOT_FOUND, PLUGIN_OPTIONS
 */
export function minedBy(
  miner: Miner,
  distance: InnerUse | null,
  { component }: Pick<ClassContext, 'component'>,
): Miner | Promise<Miner> {
  if (distance === null) return miner;
  if (component) return component('distance', distance).then((own) => measuredBy(miner, own));
  throw new AblateError('PLUGIN_OPTIONS', 'The distance of a miner cannot be made here.', {
    remedy: 'Give a context with component.',
  });
}

function measuredBy({ mine, ...others }: Miner, distance: Distance): Miner {
  return {
    ...others,
    mine({ anchors, references, sameSet, positive, negative, scores, step }: MinerInput) {
      const distances = distance.between(anchors.embedding, references.embedding);
      return mine({
        anchors,
        references,
        sameSet,
        positive,
        negative,
        scores,
        step,
        distance,
        distances,
        get similarities() {
          return distance.similarity?.(anchors.embedding, references.embedding) ?? distances.neg();
        },
      });
    },
  };
}
