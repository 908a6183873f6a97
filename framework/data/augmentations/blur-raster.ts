import type { Raster } from '../../contracts/augmentation.ts';

/**
 * Blurs by a Gaussian of `kernelSize` pixels, mirrored at the edge pixels: torchvision's `gaussian_blur`, in two passes
 * and rounded once.
 */
export function blurRaster(image: Raster, kernelSize: number, sigma: number): Raster {
  const half = (kernelSize - 1) / 2;
  const weights = Array.from({ length: kernelSize }, (_, at) => Math.exp(-0.5 * ((at - half) / sigma) ** 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const kernel = weights.map((weight) => weight / sum);
  const { data, height, width, channels } = image;
  const line = width * channels;
  const across = new Float64Array(data.length);
  const [columns, rows] = [mirrored(width, half), mirrored(height, half)];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < channels; channel++)
        across[y * line + x * channels + channel] = kernel.reduce(
          (total, weight, at) => total + weight * data[y * line + columns[x + at]! * channels + channel]!,
          0,
        );
  const result = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let at = 0; at < line; at++)
      result[y * line + at] = Math.round(
        kernel.reduce((total, weight, row) => total + weight * across[rows[y + row]! * line + at]!, 0),
      );
  return { ...image, data: result };
}

/** Places along a side with `half` more at each end, mirrored; the edge pixel again where a side is shorter. */
function mirrored(length: number, half: number): Int32Array {
  const last = length - 1;
  return Int32Array.from({ length: length + 2 * half }, (_, at) => {
    const place = Math.abs(at - half);
    return Math.max(0, place > last ? 2 * last - place : place);
  });
}
