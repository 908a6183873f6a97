import { join } from 'node:path';
import { drawFigures, type DrawingSurroundings } from '../figures/draw-figures.ts';
import { runPanel } from '../figures/run-panel.ts';
import type { Plan } from '../spec/plan.ts';
import { runFolderAt } from '../tracking/create-run-folder.ts';
import { writeAtomically } from '../tracking/write-atomically.ts';
import { comparisonMarkdown } from './comparison-table.ts';
import type { ConcatenatedFolds } from './concatenated-file.ts';
import { compareRuns, type ComparedGroup } from './comparison.ts';
import type { RunOutcome } from './run-outcome.ts';

/**
 * Writes `comparison.md` beside a plan's runs and draws the figures that set them side by side.
 *
 * @param parent the experiment's folder
 * @param joined fold models that were evaluated as one
 * @returns files of the figures
 */
export async function comparePlan(plan: Plan, outcomes: readonly RunOutcome[], parent: string, surroundings: DrawingSurroundings, joined: readonly ConcatenatedFolds[] = []): Promise<string[]> {
  const groups = compareRuns(outcomes, joined);
  if (groups.length > 0) await writeAtomically(join(parent, 'comparison.md'), `${comparisonMarkdown(groups)}\n`);
  return sideBySide(plan, groups, parent, surroundings);
}

async function sideBySide(plan: Plan, groups: readonly ComparedGroup[], parent: string, surroundings: DrawingSurroundings): Promise<string[]> {
  const { figures } = plan.runs[0]!.spec;
  if (figures.length === 0) return [];
  const panels = groups.flatMap(({ name, runs }) => runs.map(({ dir, name: title, seed, point }) => runPanel({ folder: runFolderAt(dir), title, group: name, seed, point })));
  if (panels.length === 0) return [];
  const drawn = await drawFigures(figures, panels, join(parent, 'figures'), surroundings);
  return drawn.flatMap(({ files }) => files.filter((file) => /\.(?:svg|png)$/.test(file)));
}
