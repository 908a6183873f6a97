import { AblateError } from '../../base/errors/ablate-error.ts';
import { gibibytes } from '../../base/system/gibibytes.ts';
import { deviceRoom } from '../ops/device-room.ts';

const rounded = (bytes: number): string => gibibytes(bytes, bytes < 2 ** 30 ? 3 : 1);

/** Where a matrix is to lie: how many bytes are free, in words, and what to do where they do not suffice. */
export interface MemoryRoom {
  readonly free: number;
  /** `in this machine's memory`. */
  readonly where: string;
  readonly remedy: string;
}

/** Describes the memory of this machine, or of a device that computes there. */
export const inMemory = (free: number, remedy: string): MemoryRoom => ({
  free,
  where: "in this machine's memory",
  remedy: `Use head: {sampled: {storage: ${remedy}, or fewer embedding columns.`,
});

/**
 * Refuses a float32 matrix that cannot fit before it is made.
 *
 * @param copies how many matrices of that size there will be at once
 * @throws AblateError TOO_LARGE
 */
export function requireRoom({ free, where, remedy }: MemoryRoom, classes: number, dim: number, copies = 1): void {
  const needed = 4 * classes * dim * copies;
  if (needed <= free) return;
  const what = `${copies > 1 ? `${copies} matrices` : 'A matrix'} of ${classes} classes × ${dim} numbers`;
  throw new AblateError(
    'TOO_LARGE',
    `${what} need${copies > 1 ? '' : 's'} ${needed} bytes (${rounded(needed)}) ${where}, where ${free} (${rounded(free)}) are free.`,
    { remedy },
  );
}

/**
 * Refuses the class weights of a head that holds them all, before it is made: for a step there are the weights, their
 * gradient, an optimizer's slot and the new weights.
 *
 * @throws AblateError TOO_LARGE
 */
export const requireRoomForAll = (classes: number, dim: number): void =>
  requireRoom(inMemory(deviceRoom(), 'device}}, which brings a part of the rows into play at a time'), classes, dim, 4);
