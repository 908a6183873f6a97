import type { ImageSize, Raster } from '../../contracts/augmentation.ts';

/** Filters by their names in torchvision. */
export const interpolations = ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const;

/** A filter that resizes. */
export type Interpolation = (typeof interpolations)[number];

/** Bits after the point of a weight: as many as keep sums of bytes within 32 bits. */
const precision = 22;

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Filters over their support, as Pillow has them (`Resample.c`). */
const filters: Readonly<Record<Exclude<Interpolation, 'nearest'>, { support: number; at(x: number): number }>> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    at(signed) {
      const [a, x] = [-0.5, Math.abs(signed)];
      if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
    },
  },
  lanczos: { support: 3, at: (x) => (x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/**
 * Resizes an image as Pillow does, to the byte: the filter grows with the shrinking (antialiasing), first along rows,
 * then along columns, in whole numbers, so that the result is the same on every machine.
 */
export function resizeRaster(image: Raster, [height, width]: ImageSize, interpolation: Interpolation): Raster {
  if (height === image.height && width === image.width) return image;
  if (interpolation === 'nearest') return nearest(image, [height, width]);
  const across = width === image.width ? image : alongRows(image, weightsFor(image.width, width, interpolation));
  return height === image.height ? across : alongColumns(across, weightsFor(image.height, height, interpolation));
}

/**
 * For each pixel along a side that comes out: the first pixel that it is made of, and the weights of it and the next.
 */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `[out, most]` */
  readonly weights: Int32Array;
  readonly most: number;
}

function weightsFor(before: number, after: number, interpolation: Exclude<Interpolation, 'nearest'>): Weights {
  const { support: own, at } = filters[interpolation];
  const scale = before / after;
  const stretch = Math.max(1, scale);
  const support = own * stretch;
  const most = Math.ceil(support) * 2 + 1;
  const found = { first: new Int32Array(after), count: new Int32Array(after), weights: new Int32Array(after * most) };
  for (let out = 0; out < after; out++) {
    const center = (out + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const count = Math.min(before, Math.trunc(center + support + 0.5)) - first;
    const exact = Array.from({ length: count }, (_, x) => at((x + first - center + 0.5) / stretch));
    const sum = exact.reduce((total, weight) => total + weight, 0);
    found.first[out] = first;
    found.count[out] = count;
    exact.forEach((weight, x) => {
      const fixed = (weight / sum) * 2 ** precision;
      found.weights[out * most + x] = Math.trunc(fixed < 0 ? fixed - 0.5 : fixed + 0.5);
    });
  }
  return { ...found, most };
}

const clamped = (sum: number): number => Math.max(0, Math.min(255, sum >> precision));

function alongRows({ data, height, width, channels }: Raster, { first, count, weights, most }: Weights): Raster {
  const after = first.length;
  const result = new Uint8Array(height * after * channels);
  for (let y = 0; y < height; y++) {
    const line = y * width * channels;
    for (let out = 0; out < after; out++) {
      const from = line + first[out]! * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 1 << (precision - 1);
        for (let x = 0; x < count[out]!; x++) sum += data[from + x * channels + channel]! * weights[out * most + x]!;
        result[(y * after + out) * channels + channel] = clamped(sum);
      }
    }
  }
  return { data: result, height, width: after, channels };
}

function alongColumns({ data, width, channels }: Raster, { first, count, weights, most }: Weights): Raster {
  const line = width * channels;
  const result = new Uint8Array(first.length * line);
  for (let out = 0; out < first.length; out++) {
    const from = first[out]! * line;
    for (let at = 0; at < line; at++) {
      let sum = 1 << (precision - 1);
      for (let y = 0; y < count[out]!; y++) sum += data[from + y * line + at]! * weights[out * most + y]!;
      result[out * line + at] = clamped(sum);
    }
  }
  return { data: result, height: first.length, width, channels };
}

function nearest({ data, height: before, width: across, channels }: Raster, [height, width]: ImageSize): Raster {
  const result = new Uint8Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * before) / height);
    for (let x = 0; x < width; x++) {
      const from = (row * across + Math.floor(((x + 0.5) * across) / width)) * channels;
      for (let channel = 0; channel < channels; channel++)
        result[(y * width + x) * channels + channel] = data[from + channel]!;
    }
  }
  return { data: result, height, width, channels };
}
