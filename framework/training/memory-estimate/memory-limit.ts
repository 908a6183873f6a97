import os from 'node:os';

/**
 * Asks for the bytes of memory that this process may use: the machine's, or the container's or Slurm job's where they
 * are limited to less.
 */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  return constrained && constrained > 0 ? Math.min(constrained, os.totalmem()) : os.totalmem();
}
