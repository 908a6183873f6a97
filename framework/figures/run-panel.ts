import type { FigurePanel } from '../contracts/figure.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import { readJournal } from '../records/journal/read-journal.ts';
import { centerMovement } from './center-frames.ts';
import { RunHistory } from './run-history.ts';
import { savedEvaluation } from './saved-evaluation.ts';

/** A run as its folder tells of it. */
export interface DrawnRun {
  readonly folder: Pick<RunFolder, 'directory' | 'journal'>;
  readonly title: string;
  readonly group: string;
  readonly seed: number;
  readonly fold?: FigurePanel['fold'];
  readonly point: Readonly<Record<string, unknown>>;
}

/**
 * Makes a run's share of a figure, drawn again from its folder. Its journal is read at once, its embeddings when they
 * are asked for.
 *
 * @throws AblateError RUN_FOLDER where the journal cannot be read
 */
export function runPanel({ folder, title, group, seed, fold, point }: DrawnRun): FigurePanel {
  const history = new RunHistory();
  for (const record of readJournal(folder.journal)) history.add(record);
  return {
    title,
    group,
    seed,
    ...(fold && { fold }),
    point,
    results: history.results,
    history: history.points,
    input: () => savedEvaluation(folder.directory, 'test'),
    movement: () => centerMovement(folder.directory),
  };
}
