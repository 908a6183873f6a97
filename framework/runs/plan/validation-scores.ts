import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ScoreOf } from '../../experiment/spec/study-stages.ts';
import { usualMetrics } from '../../experiment/spec/usual-metrics.ts';
import type { SearchSettings } from '../../experiment/spec/study-schema.ts';
import { runFolderAt } from '../../records/run-folder/create-run-folder.ts';
import { readJournal } from '../../records/journal/read-journal.ts';

/** Reads the scores of runs from their journals; each is read once. @param parent the experiment's folder */
export function validationScores(parent: string, { metric }: Pick<SearchSettings, 'metric'>): ScoreOf {
  const known = new Map<string, number>();
  return async ({ id, spec }, epochs) => {
    const key = `${id} ${epochs}`;
    const found =
      known.get(key) ??
      scoreIn(runFolderAt(join(parent, id)).journal, epochs < spec.train.epochs ? epochs : undefined, metric);
    if (found === undefined || Number.isNaN(found)) return undefined;
    known.set(key, found);
    return found;
  };
}

/** @param epochs undefined for the end, which `train.steps` may bring before the last epoch */
function scoreIn(journal: string, epochs: number | undefined, metric: string | null): number | undefined {
  if (!existsSync(journal)) return undefined;
  let score: number | undefined;
  let finished = false;
  for (const record of readJournal(journal)) {
    if (record.type === 'ended') finished = record.status === 'finished';
    if (
      record.type !== 'evaluated' ||
      record.role !== 'validation' ||
      (epochs !== undefined && record.epoch !== epochs)
    )
      continue;
    const name = metric?.slice('validation/'.length) ?? usualMetrics.find((one) => one in record.metrics);
    score = name === undefined ? undefined : record.metrics[name];
  }
  return epochs === undefined && !finished ? undefined : score;
}
