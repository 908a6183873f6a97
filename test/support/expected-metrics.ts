import { metricsOf } from '../../framework/records/journal/metrics-of.ts';
import { readJournal } from '../../framework/records/journal/read-journal.ts';
import type { ReadRun } from './mlflow-server.ts';

/** Every metric's history as a journal tells it, in the words of `ReadRun.metrics`; legal names only. */
export function metricsOfJournal(
  journal: string,
): Record<string, { step: number; time: number; value: number | string }[]> {
  const metrics: Record<string, { step: number; time: number; value: number | string }[]> = {};
  for (const record of readJournal(journal)) {
    for (const { name, value } of metricsOf(record)) {
      const legal = name.replaceAll('@', '_at_').replaceAll('=', '_');
      (metrics[legal] ??= []).push({
        step: 'step' in record ? (record.step ?? 0) : 0,
        time: record.time,
        value: Number.isFinite(value) ? value : String(value),
      });
    }
  }
  return metrics;
}

/** Histories without times: what must be equal where steps were trained twice. */
export function withoutTimes(metrics: ReadRun['metrics']): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(metrics).map(([key, points]) => [key, points.map(({ step, value }) => `${step}: ${value}`)]),
  );
}
