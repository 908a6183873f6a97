import type { Role } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';

/** Rows of a data set by role. */
type Rows = Readonly<Partial<Record<Role, Int32Array>>>;

/**
 * Leaves out the rows those of classes that training has images of, but fewer than `least`: neither training,
 * validation nor test meets them. Gallery, probes, distractors and pairs stay as they are.
 *
 * @throws AblateError DATA_INVALID where no training class has so many
 */
export function withoutSmallClasses(rows: Rows, labels: Int32Array, least: number): Rows {
  const { train } = rows;
  if (least <= 1 || !train?.length) return rows;
  const sizes = new Int32Array(labels.reduce((most, label) => Math.max(most, label), -1) + 1);
  for (const row of train) sizes[labels[row]!]!++;
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  if (largest < least)
    throw new AblateError(
      'DATA_INVALID',
      `minPerClass is ${least}, and the largest training class has ${largest} images.`,
      { remedy: `Set minPerClass to at most ${largest}.` },
    );
  const small = (row: number): boolean => labels[row]! >= 0 && sizes[labels[row]!]! > 0 && sizes[labels[row]!]! < least;
  const kept = (role: 'train' | 'validation' | 'test') =>
    rows[role] && { [role]: rows[role].filter((row) => !small(row)) };
  return { ...rows, ...kept('train'), ...kept('validation'), ...kept('test') };
}
