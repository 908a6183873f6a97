import { z } from 'zod';

const alpha = z.number().gt(0).optional();

/** How the images of a batch are mixed with each other; `mixup`, `cutmix` or both. */
const mixSchema = z
  .strictObject({
    mixup: alpha.describe('α of the Beta distribution that the share of each image is drawn from, in mixup.'),
    cutmix: alpha.describe('The same in cutmix, where a rectangle of the image gives way to the other.'),
    p: z.number().min(0).max(1).default(1).describe('How often a batch is mixed.'),
    switch: z.number().min(0).max(1).default(0.5).describe('How often cutmix is taken where both are given.'),
    of: z
      .enum(['images', 'embeddings'])
      .default('images')
      .describe('What mixup mixes: images, or the embeddings that the backbone makes of them.'),
  })
  .refine(({ mixup, cutmix }) => mixup !== undefined || cutmix !== undefined, {
    message: 'mix needs mixup, cutmix or both: write mix: {mixup: 0.2}',
    path: ['mixup'],
  })
  .refine(({ of, cutmix }) => of === 'images' || cutmix === undefined, {
    message: 'cutmix cuts rectangles out of images; embeddings have none',
    path: ['cutmix'],
  });

/** What `mixSchema` gives. */
export type MixSpec = z.output<typeof mixSchema>;

/** What `augment` holds beside its lists. */
export const augmentSettings = z.strictObject({
  views: z.int().min(1).max(8).optional().describe('Views of each image in training, each with draws of its own.'),
  mix: mixSchema
    .optional()
    .describe('How the images of a batch are mixed with each other, and their classes with them.'),
});
