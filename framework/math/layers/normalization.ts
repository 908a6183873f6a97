import { z } from 'zod';

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

/** Of the images of ILSVRC 2012, as torchvision's weights expect them. */
const imagenet = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/** Returns the numbers that a normalization stands for. */
export const meanAndStd = (
  named: Normalization,
): { readonly mean: readonly number[]; readonly std: readonly number[] } => (named === 'imagenet' ? imagenet : named);
