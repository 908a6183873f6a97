import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { RandomStreams } from '../../framework/base/random/random-streams.ts';

const [count, classes, side, coarse] = [2000, 20, 112, 14];

/** Writes 2,000 JPEGs of 112×112 pixels, soft patches of color under noise, into 20 class folders below `folder`. */
export async function makeJpegs(folder: string): Promise<void> {
  const random = new RandomStreams(1).stream('jpegs');
  for (let label = 0; label < classes; label++) mkdirSync(join(folder, `class-${label}`));
  for (let index = 0; index < count; index++) {
    const patches = Uint8Array.from({ length: coarse * coarse * 3 }, () => random.integer(256));
    const noise = Uint8Array.from({ length: side * side * 3 }, () => random.integer(64));
    const soft = await sharp(patches, { raw: { width: coarse, height: coarse, channels: 3 } })
      .resize(side, side)
      .raw()
      .toBuffer();
    const pixels = soft.map((value, at) => Math.min(255, value + noise[at]!));
    await sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
      .jpeg({ quality: 90 })
      .toFile(join(folder, `class-${index % classes}`, `${index}.jpg`));
  }
}
