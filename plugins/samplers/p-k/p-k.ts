import { AblateError, z, type LabelColumn, type Random, type Sampler, type SamplerContext } from 'ablate-ml';
import { imagesByClass } from './images-by-class.ts';

export const options = z.strictObject({
  imagesPerClass: z.number().int().min(2).default(4).describe('K, images of each class in a batch'),
  classesPerBatch: z
    .number()
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('P, classes in a batch; P × K must equal `train.batch`; null for `train.batch` / K'),
  fewImages: z
    .enum(['refuse', 'oversample'])
    .default('refuse')
    .describe('a class with fewer than K images: `refuse` stops with its name, `oversample` repeats its images'),
  within: z
    .union([
      z.string().min(1),
      z.strictObject({ column: z.string().min(1), groups: z.number().int().min(1).default(1) }),
    ])
    .nullable()
    .default(null)
    .describe(
      'column that groups classes, such as `superclass`: the classes of a batch come from one group, or from as few as hold P of them; `{column, groups}` for several groups at once',
    ),
  distinct: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("column, such as `camera`, in which a class's images of a batch differ, as far as it has so many"),
});

/** Options of the P × K sampler. */
export type PKOptions = z.output<typeof options>;

/** Deals the values in shuffled order, hand after hand; shuffles anew before a hand would run out. */
function dealer(values: readonly number[], random: Random): (count: number) => number[] {
  let [deck, next] = [[...values], values.length];
  return (count) => {
    if (next + count > deck.length) [deck, next] = [random.shuffle(deck), 0];
    const hand = deck.slice(next, next + count);
    next += count;
    while (hand.length < count) hand.push(values[random.integer(values.length)]!);
    return hand;
  };
}

/** Labels of the training images in a column; that it is there is checked before. */
const labelsOf = ({ columns = {} }: SamplerContext['split'], name: string): Int32Array =>
  (columns[name] as LabelColumn).values;

/** Classes by the group that their first image is in; those in none are a group too. */
function classGroups(classes: readonly (readonly number[])[], groupOf: Int32Array): number[][] {
  const groups = new Map<number, number[]>();
  for (const [index, [first]] of classes.entries()) {
    const group = groupOf[first!]!;
    groups.set(group, [...(groups.get(group) ?? []), index]);
  }
  return [...groups].sort(([one], [other]) => one - other).map(([, members]) => members);
}

/**
 * Deals classes of `together` groups, at most `most` of each at a time; where they have too few, others follow. A hand
 * holds no class twice.
 */
function grouped(
  groups: readonly (readonly number[])[],
  together: number,
  most: number,
  random: Random,
): (count: number) => number[] {
  const dealers = groups.map((members) => dealer(members, random));
  const all = groups.map((_, index) => index);
  const dealGroups = dealer(all, random);
  return (count) => {
    const hand = new Set<number>();
    const first = dealGroups(Math.min(together, groups.length));
    const take = (group: number): void => {
      const wanted = Math.min(most, count - hand.size, groups[group]!.length);
      for (const index of dealers[group]!(wanted)) hand.add(index);
    };
    first.forEach(take);
    while (hand.size < count) random.shuffle(all.slice()).forEach(take);
    return [...hand];
  };
}

/**
 * Hands of a class's images that differ in their part as far as there are so many; no image twice where that can be.
 */
function spread(images: readonly number[], partOf: Int32Array, random: Random): (count: number) => number[] {
  return (count) => {
    const decks = new Map<number, number[]>();
    for (const image of random.shuffle([...images]))
      decks.set(partOf[image]!, [...(decks.get(partOf[image]!) ?? []), image]);
    const order = random.shuffle([...decks.values()]);
    const hand: number[] = [];
    for (let round = 0; hand.length < Math.min(count, images.length); round++)
      for (const deck of order) if (round < deck.length && hand.length < count) hand.push(deck[round]!);
    while (hand.length < count) hand.push(images[random.integer(images.length)]!);
    return hand;
  };
}

/**
 * Draws P classes × K images a batch. Classes come up equally often on average, each class's images in turn; a batch
 * holds P different classes and, where a class has K images, K different ones of each.
 *
 * @throws AblateError PLUGIN_OPTIONS where P × K is not `train.batch`, or there are fewer than P classes; DATA_INVALID
 * where a class has
 *   fewer than K images and they are not to be oversampled
 */
export function pK(options: PKOptions, { split, batch, streams }: SamplerContext): Sampler {
  const { imagesPerClass: k } = options;
  const p = options.classesPerBatch ?? batch / k;
  if (p * k !== batch || !Number.isInteger(p)) {
    const asked =
      options.classesPerBatch === null
        ? `no whole number of classes with ${k} images each fills a batch`
        : `${p} classes × ${k} images are ${p * k}`;
    throw new AblateError(
      'PLUGIN_OPTIONS',
      `The sampler p-k and train.batch disagree: ${asked}, and train.batch is ${batch}.`,
      {
        remedy:
          options.classesPerBatch === null
            ? `Set train.batch to a multiple of ${k}, or sampler.p-k.imagesPerClass to a divisor of ${batch}.`
            : `Set train.batch to ${p * k}.`,
      },
    );
  }
  const classes = imagesByClass(split, k, options.fewImages);
  if (classes.length < p) {
    throw new AblateError(
      'PLUGIN_OPTIONS',
      `The sampler p-k is to put ${p} classes into a batch, and the training split has ${classes.length}.`,
      {
        remedy: `Set train.batch to at most ${classes.length * k}, or raise sampler.p-k.imagesPerClass.`,
      },
    );
  }

  const { within, distinct } = options;
  const parts = distinct === null ? undefined : labelsOf(split, distinct);
  const { column, groups: together } = typeof within === 'string' ? { column: within, groups: 1 } : (within ?? {});
  const groups = column === undefined ? undefined : classGroups(classes, labelsOf(split, column));
  const perGroup = Math.ceil(p / (together ?? 1));
  const stepsPerEpoch = Math.max(1, Math.floor(split.length / batch));
  let dealt = -1;
  let batches: Int32Array[] = [];
  const deal = (epoch: number): Int32Array[] => {
    const random = streams.stream('batches', epoch);
    const dealers = classes.map((images) => (parts ? spread(images, parts, random) : dealer(images, random)));
    const dealClasses = groups
      ? grouped(groups, together ?? 1, perGroup, random)
      : dealer(
          classes.map((_, index) => index),
          random,
        );
    return Array.from({ length: stepsPerEpoch }, () =>
      Int32Array.from(dealClasses(p).flatMap((index) => dealers[index]!(k))),
    );
  };
  return {
    stepsPerEpoch,
    batch(epoch, step) {
      if (epoch !== dealt) [batches, dealt] = [deal(epoch), epoch];
      return batches[step]!;
    },
  };
}
