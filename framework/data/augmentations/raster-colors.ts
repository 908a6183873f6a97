import type { Raster } from '../../contracts/augmentation.ts';

/** Grey values of an image, one a pixel: ITU-R 601, in whole numbers as Pillow has it (`Convert.c`, L24). */
function lumaOf({ data, channels }: Raster): Uint8Array {
  if (channels !== 3) return data;
  return Uint8Array.from({ length: data.length / 3 }, (_, pixel) => {
    const at = pixel * 3;
    return (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >> 16;
  });
}

/** Mixes bytes with those that `base` gives, in float32 as Pillow's `Blend.c`: factor 0 gives `base`, 1 the image. */
function blended(image: Raster, factor: number, base: (at: number) => number): Raster {
  const alpha = Math.fround(factor);
  const { data } = image;
  for (let at = 0; at < data.length; at++) {
    const low = base(at);
    const mixed = Math.fround(low + Math.fround(alpha * (data[at]! - low)));
    data[at] = mixed <= 0 ? 0 : mixed >= 255 ? 255 : Math.trunc(mixed);
  }
  return image;
}

/** Multiplies every pixel by `factor`: 0 gives black. Changes `image`. */
export const adjustBrightness = (image: Raster, factor: number): Raster => blended(image, factor, () => 0);

/** Multiplies the distance of every pixel from the image's mean gray by `factor`. Changes `image`. */
export function adjustContrast(image: Raster, factor: number): Raster {
  const luma = lumaOf(image);
  const mean = Math.trunc(luma.reduce((sum, value) => sum + value, 0) / luma.length + 0.5);
  return blended(image, factor, () => mean);
}

/** Multiplies the distance of every pixel from its own gray by `factor`: 0 gives a gray image. Changes `image`. */
export function adjustSaturation(image: Raster, factor: number): Raster {
  if (image.channels !== 3) return image;
  const luma = lumaOf(image);
  return blended(image, factor, (at) => luma[Math.trunc(at / 3)]!);
}

/** Multiplies the distance of every pixel from a smoothed image by `factor`: 0 smooths. Changes `image`. */
export function adjustSharpness(image: Raster, factor: number): Raster {
  const { data, height, width, channels } = image;
  const smooth = Uint8Array.from(data);
  const line = width * channels;
  for (let y = 1; y < height - 1; y++)
    for (let at = y * line + channels; at < (y + 1) * line - channels; at++) {
      let sum = 4 * data[at]!;
      for (const row of [at - line, at, at + line]) sum += data[row - channels]! + data[row]! + data[row + channels]!;
      smooth[at] = Math.trunc(sum / 13 + 0.5);
    }
  return blended(image, factor, (at) => smooth[at]!);
}

/** Makes an image gray, in as many channels as it has. Changes `image`. */
export function grayscale(image: Raster): Raster {
  if (image.channels !== 3) return image;
  const luma = lumaOf(image);
  image.data.forEach((_, at) => (image.data[at] = luma[Math.trunc(at / 3)]!));
  return image;
}

/** Turns the hue of every pixel by `turn` of the circle, −0.5 … 0.5, in bytes as Pillow's HSV. Changes `image`. */
export function adjustHue(image: Raster, turn: number): Raster {
  const { data, channels } = image;
  if (channels !== 3) return image;
  const shift = Math.trunc(turn * 255);
  for (let at = 0; at < data.length; at += 3) {
    const [hue, saturation, value] = hsvOf(data[at]!, data[at + 1]!, data[at + 2]!);
    data.set(rgbOf((hue + shift) & 255, saturation, value), at);
  }
  return image;
}

/** Pillow's `rgb2hsv_row`. */
function hsvOf(red: number, green: number, blue: number): readonly [hue: number, saturation: number, value: number] {
  const [least, most] = [Math.min(red, green, blue), Math.max(red, green, blue)];
  if (least === most) return [0, 0, most];
  const range = most - least;
  const [r, g, b] = [(most - red) / range, (most - green) / range, (most - blue) / range].map(Math.fround) as [
    number,
    number,
    number,
  ];
  const sixth = red === most ? b - g : green === most ? 2 + r - b : 4 + g - r;
  const hue = Math.fround((Math.fround(sixth) / 6 + 1) % 1);
  return [Math.trunc(hue * 255), Math.trunc(Math.fround(range / most) * 255), most];
}

/** Pillow's `hsv2rgb`. */
function rgbOf(hue: number, saturation: number, value: number): readonly [number, number, number] {
  if (saturation === 0) return [value, value, value];
  const sixth = Math.floor((hue * 6) / 255);
  const rest = Math.fround((hue * 6) / 255 - sixth);
  const share = Math.fround(saturation / 255);
  const p = Math.round(value * (1 - share));
  const q = Math.round(value * (1 - share * rest));
  const t = Math.round(value * (1 - share * (1 - rest)));
  const turns = [
    [value, t, p],
    [q, value, p],
    [p, value, t],
    [p, q, value],
    [t, p, value],
    [value, p, q],
  ] as const;
  return turns[sixth % 6]!;
}

/** Replaces every byte by what stands for it in the table of its channel. Changes `image`. */
function lookedUp(image: Raster, tables: readonly Uint8Array[]): Raster {
  image.data.forEach((byte, at) => (image.data[at] = tables[at % tables.length]![byte]!));
  return image;
}

const sameTable = (entry: (byte: number) => number): readonly Uint8Array[] => [
  Uint8Array.from({ length: 256 }, (_, byte) => entry(byte)),
];

/** How many pixels of each channel have each byte. */
function histograms({ data, channels }: Raster): readonly Float64Array[] {
  const counts = Array.from({ length: channels }, () => new Float64Array(256));
  data.forEach((byte, at) => counts[at % channels]![byte]!++);
  return counts;
}

/** Keeps the highest `bits` of every byte. Changes `image`. */
export const posterize = (image: Raster, bits: number): Raster =>
  lookedUp(
    image,
    sameTable((byte) => byte & (0xff << (8 - bits))),
  );

/** Inverts every byte of at least `threshold`. Changes `image`. */
export const solarize = (image: Raster, threshold: number): Raster =>
  lookedUp(
    image,
    sameTable((byte) => (byte < threshold ? byte : 255 - byte)),
  );

/** Stretches each channel to 0 … 255: `ImageOps.autocontrast`. Changes `image`. */
export function autoContrast(image: Raster): Raster {
  const tables = histograms(image).map((counts) => {
    const [low, high] = [counts.findIndex((count) => count > 0), counts.findLastIndex((count) => count > 0)];
    const scale = 255 / (high - low);
    return Uint8Array.from({ length: 256 }, (_, byte) =>
      high <= low ? byte : Math.max(0, Math.min(255, Math.trunc(byte * scale - low * scale))),
    );
  });
  return lookedUp(image, tables);
}

/** Evens the histogram of each channel: `ImageOps.equalize`. Changes `image`. */
export function equalize(image: Raster): Raster {
  const tables = histograms(image).map((counts) => {
    const present = counts.filter((count) => count > 0);
    const step = Math.floor((present.reduce((sum, count) => sum + count, 0) - present.at(-1)!) / 255);
    let sum = Math.floor(step / 2);
    return Uint8Array.from(counts, (count, byte) => {
      if (present.length <= 1 || step === 0) return byte;
      const value = Math.min(255, Math.floor(sum / step));
      sum += count;
      return value;
    });
  });
  return lookedUp(image, tables);
}
