import os from 'node:os';

/** Bytes that may still be used: of the machine, or of the container that this process is confined to. */
export function freeMemory(): number {
  const limit = process.constrainedMemory();
  // Without a limit it tells 0, or a number beyond any machine.
  const own = limit > 0 && limit < os.totalmem() ? limit - process.memoryUsage.rss() : Infinity;
  return Math.min(os.freemem(), own);
}
