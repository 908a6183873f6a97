import { z } from 'zod';
import type { AugmentationStep } from '../../contracts/augmentation.ts';
import { definePlugin } from '../../plugins/define-plugin.ts';
import { cropRaster } from './crop-raster.ts';
import { resizeRaster } from './resize-raster.ts';

const paper = 255;

/** Completes a list of a sheet's own: the image stands whole on a white square of so many pixels. */
export const fitTile = (side: number): AugmentationStep => ({
  name: 'fit-tile',
  module: import.meta.url,
  options: { side },
});

export default definePlugin({
  kind: 'augmentation',
  name: 'fit-tile',
  summary: 'The image is brought whole onto a white square.',
  framework: '^0.1.0',
  schema: z.strictObject({ side: z.number().int().min(1).describe('of the square, in pixels') }),
  create: ({ side }) => ({
    p: 1,
    sizeAfter: () => [side, side],
    apply(image) {
      const factor = side / Math.max(image.height, image.width);
      const height = Math.max(1, Math.round(image.height * factor));
      const width = Math.max(1, Math.round(image.width * factor));
      const sized = resizeRaster(image, [height, width], factor > 1 ? 'nearest' : 'bilinear');
      const at = [-Math.floor((side - height) / 2), -Math.floor((side - width) / 2)] as const;
      return cropRaster(sized, at, [side, side], paper);
    },
  }),
});
