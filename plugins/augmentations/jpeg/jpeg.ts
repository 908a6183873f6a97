import { type Augmentation, z } from 'ablate-ml';
import { probability, rangeOption } from 'ablate-ml/augmentations';
import sharp from 'sharp';

/** Options of `jpeg`. */
export const options = z.strictObject({
  quality: rangeOption(1, 100).default([50, 100]).describe('least and most quality, whole numbers'),
  p: probability(),
});

/** Options of `jpeg`. */
export type JpegOptions = z.output<typeof options>;

/** Compresses an image as JPEG with halved color planes and reads it again: `JPEG` of torchvision. */
export function jpeg({ quality: [low, high], p }: JpegOptions): Augmentation {
  return {
    p,
    async apply({ data, height, width, channels }, random) {
      const quality = Math.round(low) + random.integer(Math.round(high) - Math.round(low) + 1);
      const raw = { width, height, channels: channels as 1 | 3 };
      const file = await sharp(data, { raw }).jpeg({ quality, chromaSubsampling: '4:2:0' }).toBuffer();
      const read = sharp(file);
      const pixels = await (channels === 1 ? read.grayscale() : read.toColorspace('srgb')).raw().toBuffer();
      return { data: new Uint8Array(pixels), height, width, channels };
    },
    sizeAfter: (size) => size,
  };
}
