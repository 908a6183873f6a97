import type { ColumnNeeds } from '../../contracts/column.ts';
import type { Dataset, Role } from '../../contracts/dataset.ts';
import { AblateError } from '../../base/errors/ablate-error.ts';
import { columnKinds, namedColumns } from '../../data/splits/columns.ts';

/** A plugin of a spec that reads columns. */
export interface ColumnReader {
  /** Where the spec has it: `losses.0`. */
  readonly path: string;
  readonly plugin: string;
  readonly columns: ColumnNeeds | undefined;
}

const roles: readonly Role[] = ['train', 'validation', 'test', 'gallery', 'probe', 'distractors', 'pairs'];

/**
 * Refuses plugins that read a column which the data set, now that its files are read, does not have, or has as of
 * another kind.
 *
 * @throws AblateError SPEC_INVALID
 */
export function requireColumns(dataset: Pick<Dataset, 'split'>, readers: readonly ColumnReader[]): void {
  const given = columnKinds(roles.map((role) => dataset.split(role)).find((split) => split)?.columns);
  for (const { path, plugin, columns } of readers) {
    for (const [name, kind] of Object.entries(columns ?? {})) {
      if (given[name] === kind) continue;
      const known = namedColumns(given);
      throw new AblateError(
        'SPEC_INVALID',
        given[name]
          ? `${path}: "${plugin}" reads the column "${name}" as ${kind}, and the data set gives it as ${given[name]}.`
          : `${path}: "${plugin}" reads the column "${name}", which the data set does not have.`,
        { remedy: known ? `Its columns: ${known}.` : 'It has no columns: a data set such as csv reads them.' },
      );
    }
  }
}
