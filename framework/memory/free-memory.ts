import os from 'node:os';

/** Bytes that programs may still take: the machine's, or what is left of the container's or Slurm job's share. */
export function freeMemory(): number {
  return (process as { availableMemory?(): number }).availableMemory?.() ?? os.freemem();
}
