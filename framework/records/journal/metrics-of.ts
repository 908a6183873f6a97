import type { JournalRecord } from './journal-record.ts';

/** A number of a record, under Ablate's own name. */
export interface NamedValue {
  readonly name: string;
  readonly value: number;
}

const under = (prefix: string, values: Readonly<Record<string, number>>): NamedValue[] =>
  Object.entries(values).map(([name, value]) => ({ name: `${prefix}${name}`, value }));

/**
 * Gives the metrics of a journal's record under the names that trackers show:
 * `train/loss`, `train/part/<loss>`, `train/rate`, `train/milliseconds`, `train/samples-per-second` of every step;
 * `epoch/<metric>` and `epoch/seconds` of every epoch; `<role>/<metric>` of every evaluation, with its 95 % interval as
 * `<role>/<metric>.low` and `.high`; `system/<metric>` of every sample of the machine.
 */
export function metricsOf(record: JournalRecord): readonly NamedValue[] {
  switch (record.type) {
    case 'step':
      return [
        { name: 'train/loss', value: record.loss },
        ...under('train/part/', record.parts),
        { name: 'train/rate', value: record.rate },
        { name: 'train/milliseconds', value: record.milliseconds },
        { name: 'train/samples-per-second', value: (record.images * 1000) / record.milliseconds },
      ];
    case 'epoch':
      return [...under('epoch/', record.metrics), { name: 'epoch/seconds', value: record.seconds }];
    case 'evaluated':
      return [
        ...under(`${record.role}/`, record.metrics),
        ...Object.entries(record.intervals).flatMap(([name, [low, high]]) => [
          { name: `${record.role}/${name}.low`, value: low },
          { name: `${record.role}/${name}.high`, value: high },
        ]),
      ];
    case 'system':
      return under('system/', record.metrics);
    default:
      return [];
  }
}
