import { visibleGpus } from './visible-gpus.ts';

/**
 * Asks for the bytes that nobody uses of the visible GPU that has most; infinite where that is not known, as of a GPU
 * that is not NVIDIA's.
 */
export async function freeOnGpu(): Promise<number> {
  const gpus = await visibleGpus();
  return gpus.length > 0 ? Math.max(...gpus.map(({ freeBytes }) => freeBytes ?? Infinity)) : Infinity;
}
