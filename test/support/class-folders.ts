import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { RandomStreams } from '../../framework/base/random/random-streams.ts';

/**
 * Makes a folder a class of small gray PNG files: each class a pattern of its own, each image that pattern with noise.
 */
export async function classFolders(
  directory: string,
  { classes, images, side }: { readonly classes: number; readonly images: number; readonly side: number },
): Promise<void> {
  const streams = new RandomStreams(1);
  for (let label = 0; label < classes; label++) {
    const folder = join(directory, `class-${label}`);
    await mkdir(folder, { recursive: true });
    const pattern = streams.stream('pattern', label);
    const levels = Float64Array.from({ length: side * side }, () => pattern.between(0, 160));
    for (let image = 0; image < images; image++) {
      const noise = streams.stream('noise', label, image);
      const pixels = Uint8Array.from(levels, (level) => level + noise.between(0, 95));
      await sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
        .png()
        .toFile(join(folder, `${image}.png`));
    }
  }
}
