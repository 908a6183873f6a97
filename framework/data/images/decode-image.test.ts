import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage, imageSize, type ImageRecipe } from './decode-image.ts';
import { tiffFixture, type TiffFixture } from './tiff-fixture.ts';

const recipe: ImageRecipe = { shape: [2, 2, 1], fit: 'fill', invert: false, otherSize: 'refuse' };
const tiff = (bits: TiffFixture['bits'], format: TiffFixture['format'], values: ArrayBufferView): Buffer =>
  tiffFixture({ width: 2, height: 2, bits, format, data: Buffer.from(values.buffer as ArrayBuffer) });

describe('decodeImage', () => {
  it('brings 16 bits to 8', async () => {
    expect([...(await decodeImage(tiff(16, 1, Uint16Array.of(0, 257, 32896, 65535)), recipe)).data]).toEqual([
      0, 1, 128, 255,
    ]);
  });

  it.each([
    ['fractions', tiff(32, 3, Float32Array.of(0, 0.2, 0.5, 1)), 'float'],
    ['32 bits', tiff(32, 1, Uint32Array.of(0, 1, 2, 70_000)), 'uint'],
    ['a sign', tiff(16, 2, Int16Array.of(-1, 0, 1, 2)), 'short'],
  ])('refuses a TIFF file of %s, which would come out black or cut off', async (_, bytes, type) => {
    await expect(decodeImage(bytes, recipe)).rejects.toThrow(
      `it holds numbers of the type ${type}, whose range is not known`,
    );
  });

  // Two rows of three pixels, black at the top left alone.
  const corner = sharp(Buffer.from([0, 255, 255, 255, 255, 255]), { raw: { width: 3, height: 2, channels: 1 } });
  it.each([
    // Where the black corner comes to lie, by the standard's numbers.
    [1, [2, 3], 0],
    [3, [2, 3], 5],
    [6, [3, 2], 1],
    [8, [3, 2], 4],
  ] as const)('turns an image as its EXIF orientation %i says', async (orientation, size, black) => {
    const bytes = await corner.clone().jpeg({ quality: 100 }).withMetadata({ orientation }).toBuffer();
    expect(await imageSize(bytes)).toEqual(size);
    const { data: pixels } = await decodeImage(bytes, { ...recipe, shape: [...size, 1] });
    expect([...pixels].map((value, index) => (value < 128 ? index : -1)).filter((index) => index >= 0)).toEqual([
      black,
    ]);
  });
});
