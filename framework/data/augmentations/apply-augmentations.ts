import type { Augmentation, Raster } from '../../contracts/augmentation.ts';
import type { RandomStreams } from '../../base/random/random-streams.ts';

/** An augmentation in its place of a list. */
export interface NamedAugmentation {
  readonly name: string;
  readonly augmentation: Augmentation;
}

/**
 * Puts an image through a list. Each entry draws from a stream of its own, by its name and the counters, so that what
 * one draws does not depend on the others.
 */
export async function applyAugmentations(
  image: Raster,
  list: readonly NamedAugmentation[],
  streams: RandomStreams,
  counters: readonly number[],
): Promise<Raster> {
  let result = image;
  for (const { name, augmentation } of list) {
    const random = streams.stream(name, ...counters);
    if (augmentation.p < 1 && random.uniform() >= augmentation.p) continue;
    result = await augmentation.apply(result, random);
  }
  return result;
}
