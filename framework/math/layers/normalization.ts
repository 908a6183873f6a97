import { z } from 'zod';
import { preparations, type InputPreparation } from './prepared-input.ts';

const byChannel = (of: z.ZodNumber) => z.array(of).min(1).max(4);

/** `normalize` of a backbone. */
export const normalization = z.union([
  z.literal('imagenet'),
  z
    .strictObject({
      mean: byChannel(z.number()).describe('mean of each channel, pixels from 0 to 1'),
      std: byChannel(z.number().positive()).describe('deviation of each channel'),
    })
    .refine(({ mean, std }) => mean.length === std.length, {
      message: 'mean and std need as many numbers as one another',
      path: ['std'],
    }),
]);

/** Mean and deviation by channel of images with pixels from 0 to 1, or the name of well-known ones. */
export type Normalization = z.output<typeof normalization>;

/** Gives what a normalization makes of images, as a backbone's own preparation has it. */
export function inputOf(normalization: Normalization): InputPreparation {
  return normalization === 'imagenet' ? preparations.imagenet : { ...normalization, range: 1, channels: 'RGB' };
}
