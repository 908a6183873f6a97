import { z, type Random, type Sampler, type SamplerContext } from 'ablate-ml';
import { groupedByClass, type ClassGroups } from './class-groups.ts';

export const options = z.strictObject({
  balance: z
    .discriminatedUnion('by', [
      z.strictObject({ by: z.literal('power'), q: z.number().min(0).max(1).default(0) }),
      z.strictObject({
        by: z.literal('effective-number'),
        beta: z.number().min(0).lt(1, 'beta must stay below 1').default(0.9999),
      }),
    ])
    .default({ by: 'power', q: 0 })
    .describe(
      '`{by: power, q}`: a class comes up by nᵠ, 0 for all alike, 0.5 for the square root, 1 for as often as it has images; `{by: effective-number, beta}`: each image by (1 − β)/(1 − βⁿ)',
    ),
  from: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe(
      'epoch from which classes are balanced (deferred re-sampling); before, they come up by their numbers of images',
    ),
  over: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('epochs over which the balance comes in little by little from `from` on; 0 for at once'),
});

/** Options of the class-balanced sampler. */
export type ClassBalancedOptions = z.output<typeof options>;

/**
 * Computes the chance of each class by its number of images n: nᵠ (Kang et al., ICLR 2020, eq. 1), or n times the
 * weight of an image by effective number (Cui et al., CVPR 2019).
 */
export function classChances(balance: ClassBalancedOptions['balance'], sizes: Int32Array): Float64Array {
  const chance = (size: number): number =>
    balance.by === 'power' ? size ** balance.q : (size * (1 - balance.beta)) / (1 - balance.beta ** size);
  const chances = Float64Array.from(sizes, chance);
  const sum = chances.reduce((total, value) => total + value, 0);
  return chances.map((value) => value / sum);
}

/**
 * Computes the share of the balance in an epoch: 0 before `from`, then optionally growing in even steps to 1 (Kang et
 * al., eq. 2).
 */
export function balanceShare({ from, over }: Pick<ClassBalancedOptions, 'from' | 'over'>, epoch: number): number {
  if (epoch < from) return 0;
  return over === 0 ? 1 : Math.min(1, (epoch - from) / over);
}

/** Draws class after class, each class's images in turn from a shuffled deck of its own. */
export function classBalanced(options: ClassBalancedOptions, { split, batch, streams }: SamplerContext): Sampler {
  const groups = groupedByClass(split);
  const [balanced, plain] = [
    classChances(options.balance, groups.sizes),
    classChances({ by: 'power', q: 1 }, groups.sizes),
  ];
  const stepsPerEpoch = Math.ceil(split.length / batch);
  let drawn = -1;
  let order: Int32Array = new Int32Array(0);
  return {
    stepsPerEpoch,
    batch(epoch, step) {
      if (epoch !== drawn) {
        const share = balanceShare(options, epoch);
        const chances = balanced.map((chance, place) => share * chance + (1 - share) * plain[place]!);
        [order, drawn] = [draw(groups, chances, stepsPerEpoch * batch, streams.stream('epoch', epoch)), epoch];
      }
      return order.slice(step * batch, (step + 1) * batch);
    },
  };
}

/**
 * `count` images: their classes drawn independently by `chances`, the images of each class without replacement until
 * all have come up.
 */
function draw(
  { images, starts, sizes }: ClassGroups,
  chances: Float64Array,
  count: number,
  random: Random,
): Int32Array {
  let sum = 0;
  const bounds = chances.map((chance) => (sum += chance));
  const decks = images.slice();
  const dealt = new Int32Array(sizes.length);
  return Int32Array.from({ length: count }, () => {
    const group = firstAbove(bounds, random.uniform() * sum);
    const [start, size] = [starts[group]!, sizes[group]!];
    const place = dealt[group]!++ % size;
    // Fisher and Yates, a card at a time: a class that comes up once is not shuffled whole. A deck that ran out is
    // dealt anew.
    const other = start + place + random.integer(size - place);
    [decks[start + place], decks[other]] = [decks[other]!, decks[start + place]!];
    return decks[start + place]!;
  });
}

/** First place whose bound lies above `value`. */
function firstAbove(bounds: Float64Array, value: number): number {
  let [low, high] = [0, bounds.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bounds[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
