import { z } from 'zod';
import type { Random } from '../../base/random/random.ts';

/** Option `augment` of data sets of image files. */
export const augmentation = z.strictObject({
  flip: z.boolean().default(false).describe('mirrors every other image, left to right'),
  shift: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('most pixels that an image is moved, across and down, black moving in'),
  zoom: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('largest share of the area that is cut away before the rest fills the image'),
  brightness: z.number().min(0).max(1).default(0).describe('pixels are multiplied by 1 ± this at most'),
  contrast: z.number().min(0).max(1).default(0).describe('distances from the mean are multiplied by 1 ± this at most'),
  saturation: z.number().min(0).max(1).default(0).describe('distances from gray are multiplied by 1 ± this at most'),
});

/** What `augmentation` accepts, defaults filled in. */
export type Augmentation = z.output<typeof augmentation>;

/** One drawn change of one image. Plain data: it goes to another thread. */
export interface Change {
  readonly flip: boolean;
  /**
   * Part of the image that fills it afterwards, as shares of its height and width, and in pixels how far that part is
   * moved.
   */
  readonly part: { readonly top: number; readonly left: number; readonly side: number };
  readonly shift: readonly [down: number, right: number];
  /** Factors; 1 changes nothing. */
  readonly brightness: number;
  readonly contrast: number;
  readonly saturation: number;
}

/** Whether an augmentation ever changes an image. */
export const changesImages = ({ flip, ...amounts }: Augmentation): boolean =>
  flip || Object.values(amounts).some((amount) => amount > 0);

/**
 * Draws the change of one image. Takes the same numbers from `random` whatever the options, so that one can be switched
 * alone.
 */
export function drawChange(options: Augmentation, random: Random): Change {
  const flip = random.uniform() < 0.5 && options.flip;
  const side = Math.sqrt(1 - options.zoom * random.uniform());
  const part = { top: (1 - side) * random.uniform(), left: (1 - side) * random.uniform(), side };
  const pixels = (): number => (random.integer(2 ** 20) % (2 * options.shift + 1)) - options.shift;
  const shift = [pixels(), pixels()] as const;
  const factor = (amount: number): number => 1 + amount * random.between(-1, 1);
  return {
    flip,
    part,
    shift,
    brightness: factor(options.brightness),
    contrast: factor(options.contrast),
    saturation: factor(options.saturation),
  };
}
