import { AblateError, z, type Sampler, type SamplerContext, type Split } from 'ablate-ml';

export const options = z.strictObject({
  threshold: z
    .number()
    .positive()
    .max(1)
    .default(0.001)
    .describe('t: classes that have less than this share of the images are repeated'),
});

/** Options of repeat factor sampling. */
export type RepeatFactorOptions = z.output<typeof options>;

/**
 * Computes how often the images of each class come up in an epoch: r = max(1, √(t / f)), f the class's share of the
 * images (Gupta et al., CVPR 2019, section 3.3); 0 for a class without images.
 */
export function repeatFactors(
  threshold: number,
  { labels, classNames }: Pick<Split, 'labels' | 'classNames'>,
): Float64Array {
  const sizes = new Int32Array(classNames.length);
  for (const label of labels) if (label >= 0) sizes[label]!++;
  const all = sizes.reduce((sum, size) => sum + size, 0);
  return Float64Array.from(sizes, (size) => (size === 0 ? 0 : Math.max(1, Math.sqrt((threshold * all) / size))));
}

/**
 * Draws every image once an epoch and those of rare classes r times, the fraction of r by chance, in a shuffled order.
 * Every epoch has as many full batches: what chance leaves over is dropped, what it leaves missing is filled up from
 * the beginning of the order.
 *
 * @throws AblateError DATA_INVALID where no image has a class
 */
export function repeatFactor({ threshold }: RepeatFactorOptions, { split, batch, streams }: SamplerContext): Sampler {
  const factors = repeatFactors(threshold, split);
  const expected = split.labels.reduce((sum, label) => sum + (label < 0 ? 0 : factors[label]!), 0);
  if (expected === 0)
    throw new AblateError(
      'DATA_INVALID',
      'The sampler repeat-factor repeats images by their class, and no training image has one.',
    );
  const stepsPerEpoch = Math.ceil(expected / batch - 1e-9);
  const draw = (epoch: number): Int32Array => {
    const random = streams.stream('epoch', epoch);
    const images: number[] = [];
    split.labels.forEach((label, index) => {
      const factor = label < 0 ? 0 : factors[label]!;
      const whole = Math.floor(factor);
      for (let times = whole + Number(random.uniform() < factor - whole); times > 0; times--) images.push(index);
    });
    const order = random.shuffle(Int32Array.from(images));
    return Int32Array.from({ length: stepsPerEpoch * batch }, (_, place) => order[place % order.length]!);
  };
  let drawn = -1;
  let order: Int32Array = new Int32Array(0);
  return {
    stepsPerEpoch,
    batch(epoch, step) {
      if (epoch !== drawn) [order, drawn] = [draw(epoch), epoch];
      return order.slice(step * batch, (step + 1) * batch);
    },
  };
}
