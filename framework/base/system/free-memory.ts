import os from 'node:os';

/**
 * Measures the bytes that programs may still take: the machine's, or what is left of the container's or Slurm job's
 * share.
 */
export function freeMemory(): number {
  const available = (process as { availableMemory?(): number }).availableMemory?.();
  if (available !== undefined) return available;
  const limit = process.constrainedMemory();
  // Without a limit it tells 0, or a number beyond any machine.
  const own = limit > 0 && limit < os.totalmem() ? limit - process.memoryUsage.rss() : Infinity;
  return Math.min(os.freemem(), own);
}
