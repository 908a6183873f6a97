import type { z } from 'zod';
import { AblateError } from '../base/errors/ablate-error.ts';
import type { PairParts } from '../contracts/pair-parts.ts';
import type { ClassContext, InnerUse, Invariance, PartUse } from '../contracts/plugin.ts';
import { innerUseSchema } from './inner-use-schema.ts';

const use = (initial: InnerUse): z.ZodDefault<typeof innerUseSchema> => innerUseSchema.default(initial as never);

/** The options by which a pair loss is told its parts, to be spread into a schema, with the paper's as defaults. */
export const pairOptions = {
  distance: (initial: InnerUse) => use(initial).describe('D: how far two embeddings are from each other'),
  miner: (initial: InnerUse = 'batch-all') =>
    use(initial).describe('which pairs or triplets of the batch are compared'),
  reducer: (initial: InnerUse = 'mean') => use(initial).describe('how their losses become one'),
};

/** What the options of a pair loss say of its parts; one that it has no option for is the loss's own. */
export type PairPartUses = { readonly [Part in keyof PairParts]?: InnerUse };

const kinds = ['distance', 'miner', 'reducer'] as const;

/** Lists the plugins that the options of a pair loss name, for its manifest. */
export const pairPartUses = (uses: PairPartUses): PartUse<keyof PairParts>[] =>
  kinds.flatMap((kind) => (uses[kind] === undefined ? [] : [{ kind, use: uses[kind] }]));

/**
 * Makes the parts that the options of a pair loss name.
 *
 * @returns those parts; one that the loss has no option for is absent
 * @throws AblateError PLUGIN_NOT_FOUND, PLUGIN_OPTIONS
 */
export async function pairParts<Uses extends PairPartUses>(
  uses: Uses,
  { component }: Pick<ClassContext, 'component'>,
): Promise<Pick<PairParts, keyof Uses & keyof PairParts>> {
  if (!component)
    throw new AblateError('PLUGIN_OPTIONS', 'The distance, miner and reducer of a pair loss cannot be made here.', {
      remedy: 'Give a context with component.',
    });
  const made: Partial<Record<keyof PairParts, unknown>> = {};
  for (const { kind, use } of pairPartUses(uses)) made[kind as keyof PairParts] = await component(kind, use);
  return made as Pick<PairParts, keyof Uses & keyof PairParts>;
}

/** The name that an option uses, without its options. */
const nameOfUse = (use: InnerUse): string => (typeof use === 'string' ? use : Object.keys(use)[0]!);

/**
 * Lists the invariances of a pair loss for its manifest, as far as its miner has them too: nothing changes with an
 * embedding's scale where its norm does not count, nor with the order of rows or classes.
 */
export const pairInvariances = ({
  normalize,
  distance,
}: {
  readonly normalize?: boolean;
  readonly distance?: InnerUse;
}): Invariance[] => {
  const byAngle = distance !== undefined && nameOfUse(distance) === 'cosine';
  return [...(normalize || byAngle ? (['embedding-scale'] as const) : []), 'batch-permutation', 'class-permutation'];
};
