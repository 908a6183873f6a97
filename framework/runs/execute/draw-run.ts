import { join } from 'node:path';
import type { Evaluation, EvaluationInput } from '../../contracts/evaluator.ts';
import { drawFigures } from '../../figures/draw-figures.ts';
import { runPanel } from '../../figures/run-panel.ts';
import type { RunTask } from './run-task.ts';

/** A run as its figures show it. */
export interface DrawnState {
  /** The model's embeddings of any role. */
  readonly input: EvaluationInput;
  readonly found: Evaluation;
  /** Where training stands; absent at the end. */
  readonly at?: { readonly epoch: number; readonly step: number };
}

/** Draws the spec's figures of one run into `figures/`, or `figures/epoch-0003/` during training, and tells of each. */
export async function drawRun(
  { run, folder, runContext, emit }: RunTask,
  { input, found, at }: DrawnState,
): Promise<void> {
  const title = run.label || run.spec.name;
  const panel = {
    ...runPanel({ folder, title, group: title, seed: run.spec.seed, point: run.point }),
    results: found,
    input: async () => input,
  };
  const place = at ? `epoch-${String(at.epoch).padStart(4, '0')}/` : '';
  const warn = (message: string): void => emit({ type: 'warning', message });
  const drawn = await drawFigures(run.spec.figures, [panel], join(folder.figures, place), { ...runContext, warn });
  for (const { name, files } of drawn)
    emit({ type: 'figure', name: `${place}${name}`, files, ...(at && { step: at.step }) });
}
