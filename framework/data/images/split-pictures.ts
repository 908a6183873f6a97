import { createHash } from 'node:crypto';
import { bytesOf } from '../../base/system/bytes-of.ts';
import type { Dataset, ImageShape, Split } from '../../contracts/dataset.ts';
import type { Pictures } from '../../contracts/evaluator.ts';

/** Most pictures of a sheet, and the longest side of one there and elsewhere, in pixels. */
const [kept, sheetSide, side] = [1000, 40, 96];

type Sharp = typeof import('sharp').default;

/** Turns what the network sees of images, `[−1, 1]`, into bytes. */
export const pixelBytes = (pixels: Float32Array): Uint8Array =>
  Uint8Array.from(pixels, (value) => Math.max(0, Math.min(255, Math.round((value + 1) * 127.5))));

/** Chooses evenly thinned rows, the same that a scatter of as many points draws. */
export function thinnedRows(count: number, most: number): number[] {
  const stride = Math.max(1, count / most);
  return Array.from({ length: Math.min(count, most) }, (_, position) => Math.floor(position * stride));
}

/**
 * Makes the pictures of a split's images as the network sees them; undefined for images of neither one nor three
 * channels.
 */
export function splitPictures(
  split: Split,
  { imageShape, provenance }: Pick<Dataset, 'imageShape' | 'provenance'>,
): Pictures | undefined {
  const channels = imageShape[2];
  if (channels !== 1 && channels !== 3) return undefined;
  const { labels, role } = split;
  const key = createHash('sha256')
    .update(`${provenance.digest}\n${role}\n`)
    .update(bytesOf(labels))
    .digest('hex')
    .slice(0, 12);
  const imageAt = async (sharp: Sharp, row: number, longest: number) => {
    const pixels = pixelBytes(await split.images(Int32Array.of(row)));
    return sharp(pixels, { raw: { width: imageShape[1], height: imageShape[0], channels } }).resize({
      width: longest,
      height: longest,
      fit: 'inside',
      withoutEnlargement: true,
    });
  };
  return {
    key,
    async urls(rows) {
      const { default: sharp } = await import('sharp');
      const urls = [];
      for (const row of rows)
        urls.push(
          `data:image/png;base64,${(await (await imageAt(sharp, row, side)).png({ compressionLevel: 9 }).toBuffer()).toString('base64')}`,
        );
      return urls;
    },
    async sheet() {
      const { default: sharp } = await import('sharp');
      const rows = thinnedRows(split.length, kept);
      const tile = tileOf(imageShape);
      const columns = Math.max(1, Math.ceil(Math.sqrt(rows.length)));
      const width = columns * tile[1];
      const sheet = new Uint8Array(width * Math.max(1, Math.ceil(rows.length / columns)) * tile[0] * 3);
      for (const [place, row] of rows.entries()) {
        const { data, info } = await (await imageAt(sharp, row, sheetSide))
          .toColorspace('srgb')
          .raw()
          .toBuffer({ resolveWithObject: true });
        const [top, left] = [Math.floor(place / columns) * tile[0], (place % columns) * tile[1]];
        for (let y = 0; y < info.height; y++) {
          for (let x = 0; x < info.width; x++) {
            for (let color = 0; color < 3; color++)
              sheet[3 * ((top + y) * width + left + x) + color] =
                data[(y * info.width + x) * info.channels + Math.min(color, info.channels - 1)]!;
          }
        }
      }
      const image = await sharp(sheet, { raw: { width, height: sheet.length / 3 / width, channels: 3 } })
        .webp({ quality: 75 })
        .toBuffer();
      return { image, tile, columns, rows };
    },
  };
}

/** `[height, width]` that a picture has on a sheet. */
function tileOf([height, width]: ImageShape): [number, number] {
  const factor = Math.min(1, sheetSide / Math.max(height, width));
  return [Math.max(1, Math.round(height * factor)), Math.max(1, Math.round(width * factor))];
}
