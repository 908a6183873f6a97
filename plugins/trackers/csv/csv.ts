import { join } from 'node:path';
import { z, type Tracker } from 'ablate-ml';
import { csvLine, JournalFile, metricsOf } from 'ablate-ml/runs';

/** Options of the tracker. */
export const options = z.strictObject({
  system: z
    .boolean()
    .default(false)
    .describe('Write the samples of the machine too: memory, processors, graphics card'),
});

/**
 * Writes the metrics of a run as `metrics.csv`, a line each: `time,step,epoch,metric,value`.
 */
export function csv({ system }: z.output<typeof options>): Tracker {
  return new JournalFile({
    file: (run) => join(run.directory, 'metrics.csv'),
    begin: async () => csvLine(['time', 'step', 'epoch', 'metric', 'value']),
    add: (record) => {
      if (record.type === 'system' && !system) return '';
      const step = 'step' in record ? (record.step ?? null) : null;
      const epoch = 'epoch' in record ? record.epoch : null;
      const time = new Date(record.time).toISOString();
      return metricsOf(record)
        .map(({ name, value }) => csvLine([time, step, epoch, name, value]))
        .join('');
    },
  });
}
