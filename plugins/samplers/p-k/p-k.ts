import { AblateError, z, type Random, type Sampler, type SamplerContext } from 'ablate-ml';
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

/**
 * P classes × K images a batch. Classes come up equally often on average, each class's images in turn; a batch holds P
 * different classes and, where a class has K images, K different ones of each.
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

  const stepsPerEpoch = Math.max(1, Math.floor(split.length / batch));
  let dealt = -1;
  let batches: Int32Array[] = [];
  const deal = (epoch: number): Int32Array[] => {
    const random = streams.stream('batches', epoch);
    const dealers = classes.map((images) => dealer(images, random));
    const dealClasses = dealer(
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
