import { z } from 'zod';
import { cropOption } from './box-crop.ts';

/** Options that every data set of image files has; spread them into its schema. */
export const imageOptions = {
  crop: cropOption,
  size: z
    .union([
      z.number().int().min(1).max(4096),
      z.tuple([z.number().int().min(1).max(4096), z.number().int().min(1).max(4096)]),
    ])
    .nullable()
    .default(null)
    .describe(
      'side, or `[height, width]`, in pixels that images are brought to; null where they keep theirs: all have one size, or `augment` of the spec brings them to one',
    ),
  fit: z
    .enum(['cover', 'contain', 'fill'])
    .default('cover')
    .describe('how an image of other proportions is brought to `size`: cut, padded with black, or stretched'),
  color: z.enum(['gray', 'rgb']).default('rgb').describe('one channel or three'),
  minPerClass: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe(
      'training images that a class must have; those of smaller classes are left out of training, validation and test',
    ),
  exclude: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('text file of names of images that are left out of every role, one a line; null for none'),
  broken: z
    .enum(['fatal', 'skip'])
    .default('fatal')
    .describe('what an image that cannot be decoded does: stops, or is named and left out'),
  memory: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .describe('whether decoded images of one size are kept as bytes; `auto` up to 1 GiB'),
  workers: z
    .number()
    .int()
    .min(1)
    .max(64)
    .nullable()
    .default(null)
    .describe('threads that decode; null for one a processor, 8 at most'),
};

/** What `imageOptions` gives. */
export type ImageOptions = z.output<z.ZodObject<typeof imageOptions>>;
