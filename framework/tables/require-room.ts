import { mkdirSync, statfsSync } from 'node:fs';
import os from 'node:os';
import * as tf from '@tensorflow/tfjs';
import type { TableStorage } from '../contracts/class-table.ts';
import { AblateError } from '../errors/ablate-error.ts';

const gib = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(bytes < 2 ** 30 ? 3 : 1)} GiB`;

/** Bytes that may still be used: of the machine, or of the container that this process is confined to. */
export function freeMemory(): number {
  const limit = process.constrainedMemory();
  // Without a limit it tells 0, or a number beyond any machine.
  const own = limit > 0 && limit < os.totalmem() ? limit - process.memoryUsage.rss() : Infinity;
  return Math.min(os.freemem(), own);
}

/**
 * Refuses a matrix that cannot fit before it is made. How much a GPU has free is not known beforehand; there the library refuses.
 *
 * @param copies how many matrices of that size there will be at once
 * @param directory where `file` storage lies
 * @throws AblateError TOO_LARGE
 */
export function requireRoom(storage: TableStorage, classes: number, dim: number, directory: string, copies = 1): void {
  if (storage === 'device' && (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice) return;
  if (storage === 'file') mkdirSync(directory, { recursive: true });
  const needed = 4 * classes * dim * copies;
  const free = storage === 'file' ? freeDisk(directory) : freeMemory();
  if (needed <= free) return;
  const what = `${copies > 1 ? `${copies} matrices` : 'A matrix'} of ${classes} classes × ${dim} numbers`;
  const where = storage === 'file' ? `on the disk of ${directory}` : "in this machine's memory";
  const remedy = storage === 'file' ? 'Set ABLATE_CACHE to a folder of a larger disk, or lower the embedding\'s columns.' : `Use head: {sampled: {storage: ${copies > 1 ? 'device}}, which brings a part of the rows into play at a time' : 'file}}, which keeps the class weights on disk'}, or fewer embedding columns.`;
  throw new AblateError('TOO_LARGE', `${what} need${copies > 1 ? '' : 's'} ${needed} bytes (${gib(needed)}) ${where}, where ${free} (${gib(free)}) are free.`, { remedy });
}

/**
 * Refuses the class weights of a head that holds them all, before it is made: for a step there are the weights, their gradient, an
 * optimiser's slot and the new weights.
 *
 * @throws AblateError TOO_LARGE
 */
export const requireRoomForAll = (classes: number, dim: number): void => requireRoom('device', classes, dim, '', 4);

function freeDisk(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
