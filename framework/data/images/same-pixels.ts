import { createHash } from 'node:crypto';
import type { Role } from '../../contracts/dataset.ts';

/** Rows whose images are the same to the pixel, though each has a name of its own. */
export interface SamePixels {
  /** Such that one of them trains and another is evaluated on. */
  readonly leaked: readonly (readonly [training: number, evaluated: number])[];
  /** Such that they are of two classes. */
  readonly ambiguous: readonly (readonly [first: number, second: number])[];
}

/**
 * Finds images that stand in a data set twice under two names, where that says something untrue: in training and in
 * what is evaluated on, or in two classes. Two of one class in one role are left alone.
 *
 * @param pixels decoded images, row-major `[images, size]`
 * @param labels class of each row
 * @param rows rows of each role
 */
export function samePixels(
  pixels: Uint8Array,
  size: number,
  labels: ArrayLike<number>,
  rows: Partial<Readonly<Record<Role, Int32Array>>>,
): SamePixels {
  const training = new Set(rows.train ?? []);
  const used = [...new Set(Object.values(rows).flatMap((chosen) => [...chosen]))].sort((left, right) => left - right);
  const groups = new Map<string, number[]>();
  for (const row of used) {
    const key = createHash('sha1')
      .update(pixels.subarray(row * size, (row + 1) * size))
      .digest('base64');
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const leaked: [number, number][] = [];
  const ambiguous: [number, number][] = [];
  for (const group of groups.values()) {
    const trained = group.find((row) => training.has(row));
    for (const row of group.slice(1)) if (labels[row] !== labels[group[0]!]) ambiguous.push([group[0]!, row]);
    if (trained !== undefined) for (const row of group) if (!training.has(row)) leaked.push([trained, row]);
  }
  return { leaked, ambiguous };
}
