import type { ImageShape } from '../../contracts/dataset.ts';
import type { ImageStore } from '../splits/image-store.ts';

/** Makes a store over decoded images in memory, row-major `[images, height, width, channels]`. */
export function memoryStore(shape: ImageShape, images: Uint8Array, source: (row: number) => string): ImageStore {
  const size = shape[0] * shape[1] * shape[2];
  return {
    shape,
    source,
    pixels(rows) {
      const bytes = new Uint8Array(rows.length * size);
      rows.forEach((row, index) => bytes.set(images.subarray(row * size, (row + 1) * size), index * size));
      return bytes;
    },
  };
}
