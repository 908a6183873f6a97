import type { ColumnNeeds } from '../../contracts/column.ts';
import { namedColumns } from '../../data/splits/columns.ts';
import { declared } from './declared.ts';
import type { FaultList } from './fault-list.ts';
import type { ResolvedLoss } from './resolve-loss.ts';
import type { ResolvedUse } from './resolve-use.ts';
import type { ResolvedWithExtras } from './resolve-with-extras.ts';

/** The plugins of a run that give columns and read them. */
export interface ColumnPairing {
  readonly dataset: ResolvedWithExtras<'dataset'>;
  readonly sampler: ResolvedUse<'sampler'>;
  readonly losses: readonly ResolvedLoss[];
  readonly evaluators: readonly ResolvedUse<'evaluator'>[];
  readonly figures: readonly ResolvedUse<'figure'>[];
}

/** Refuses plugins that read a column which the data set's options do not name, or name as of another kind. */
export function checkColumns(pairing: ColumnPairing, faults: FaultList): void {
  const { dataset, sampler, losses, evaluators, figures } = pairing;
  const given = declared(dataset, () => dataset.entry.manifest.columns?.(dataset.atStart), faults);
  for (const loss of losses)
    if (loss.use.rowWeights && !declared(loss, () => loss.entry.manifest.needs?.(loss.atStart), faults)?.scores)
      faults.add(loss.place, {
        path: `${loss.path}.rowWeights`,
        message: `the loss "${loss.use.plugin}" compares images with each other, and row weights weigh the cross-entropy of a classification loss`,
        remedy: 'Take rowWeights away',
      });
  if (!given) return;
  const check = (
    use: Pick<ResolvedUse, 'use' | 'place' | 'path'>,
    read: () => ColumnNeeds | undefined,
    reads = `"${use.use.plugin}" reads`,
  ): void => {
    for (const [name, kind] of Object.entries(declared(use, read, faults) ?? {})) {
      const found = name === 'class' && dataset.use.class ? 'label' : given[name];
      if (found === kind) continue;
      faults.add(use.place, {
        path: use.path,
        message: found
          ? `${reads} the column "${name}" as ${kind}, and the data set "${dataset.use.plugin}" gives it as ${found}`
          : `${reads} the column "${name}", which the data set "${dataset.use.plugin}" does not give`,
        remedy:
          Object.keys(given).length > 0 ? `Its columns: ${namedColumns(given)}` : 'It has no columns by these options',
      });
    }
  };
  check({ ...dataset, path: 'dataset.class' }, () => classColumns(dataset.use.class), 'the class is');
  check(sampler, () => sampler.entry.manifest.columns?.(sampler.atStart));
  for (const loss of losses)
    check(loss, () => ({
      ...loss.entry.manifest.needs?.(loss.atStart).columns,
      ...(loss.use.rowWeights && { [loss.use.rowWeights]: 'number' as const }),
    }));
  for (const evaluator of evaluators) check(evaluator, () => evaluator.entry.manifest.columns?.(evaluator.atStart));
  for (const figure of figures) check(figure, () => figure.entry.manifest.columns?.(figure.atStart));
}

/** Columns that a spec's `dataset.class` names. */
function classColumns(choice: ColumnPairing['dataset']['use']['class']): ColumnNeeds {
  const names = typeof choice === 'string' ? [choice] : Object.values(choice ?? {});
  return Object.fromEntries(names.map((name) => [name, 'label']));
}
